using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;

namespace Mailfleet.Api.GraphQL.People;

internal sealed record SessionEndInput(string SessionId);

internal sealed class SessionEndInputType : InputObjectGraphType<SessionEndInput>
{
    public SessionEndInputType()
    {
        Name = "SessionEndInput";
        Field<NonNullGraphType<IdGraphType>>("sessionId").Description("One of the caller's own.");
    }
}

internal sealed class SessionEndPayloadType : PayloadType<EndSession>
{
    public SessionEndPayloadType() : base("SessionEndPayload") =>
        Field<IdGraphType>("endedSessionId").Resolve(context => context.Source.Value?.SessionId.Value);
}

internal static class SessionEnd
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        SessionEndInput input = context.GetArgument<SessionEndInput>("input");
        if (context.Actor().Person is not { } person || !SessionId.TryParse(input.SessionId, out SessionId session))
            return Payload<EndSession>.Refused(new Refusal(ErrorCode.NotFound, "sessionId", "You have no such session."));
        return Payload<EndSession>.Of(await context.Service<EndSessionHandler>().HandleAsync(new EndSession(person, session), context.Actor(), context.CancellationToken));
    }
}
