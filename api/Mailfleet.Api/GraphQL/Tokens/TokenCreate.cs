using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Rights;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Tokens;

namespace Mailfleet.Api.GraphQL.Tokens;

internal sealed record TokenCreateInput(string Name, string? NodeId, Right[]? Rights, DateTimeOffset? ExpiresAt, string[]? Sources);

internal sealed class TokenCreateInputType : InputObjectGraphType<TokenCreateInput>
{
    public TokenCreateInputType()
    {
        Name = "TokenCreateInput";
        Field<NonNullGraphType<StringGraphType>>("name").Description("What it is for.");
        Field<IdGraphType>("nodeId").Description("How far it reaches; as far as the caller when absent.");
        Field<ListGraphType<NonNullGraphType<RightType>>>("rights").Description("At most those of the caller; when absent all of them but CREATE_TOKEN.");
        Field<DateTimeType>("expiresAt").Description("At most two years away and no later than the token that makes it; in 90 days when absent.");
        Field<ListGraphType<NonNullGraphType<StringGraphType>>>("sources")
            .Description("Addresses and networks it may be used from, `192.0.2.7` or `2001:db8::/48`. When absent: those of the token that makes it, else any.");
    }
}

internal sealed class TokenCreatePayloadType : PayloadType<CreateTokenResult>
{
    public TokenCreatePayloadType() : base("TokenCreatePayload")
    {
        Field<TokenType>("token").Resolve(context => context.Source.Value?.Token);
        Field<StringGraphType>("secret").Description("What goes into the Authorization header. Shown once; it cannot be read again.")
            .Resolve(context => context.Source.Value?.Secret);
    }
}

internal static class TokenCreate
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        TokenCreateInput input = context.GetArgument<TokenCreateInput>("input");
        NodeId node = default;
        if (input.NodeId is not null && !NodeId.TryParse(input.NodeId, out node))
            return Payload<CreateTokenResult>.Refused(new Refusal(ErrorCode.NotFound, "nodeId", "There is no such node."));

        var command = new CreateToken(input.Name, input.NodeId is null ? null : node, input.Rights, input.ExpiresAt, input.Sources ?? []);
        return Payload<CreateTokenResult>.Of(await context.Service<CreateTokenHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
