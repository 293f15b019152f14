using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Api.GraphQL.Tokens;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Support;

namespace Mailfleet.Api.GraphQL.Support;

internal sealed record SupportAccessStartInput(string CustomerId, string Reason, int Minutes);

internal sealed class SupportAccessStartInputType : InputObjectGraphType<SupportAccessStartInput>
{
    public SupportAccessStartInputType()
    {
        Name = "SupportAccessStartInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<NonNullGraphType<StringGraphType>>("reason").Description("10 to 500 characters. The customer can read it.");
        Field<NonNullGraphType<IntGraphType>>("minutes").Description("1 to 480; less when the customer's consent ends before.");
    }
}

internal sealed class SupportAccessStartPayloadType : PayloadType<StartSupportAccessResult>
{
    public SupportAccessStartPayloadType() : base("SupportAccessStartPayload")
    {
        Field<TokenType>("token").Description("Ends by itself; earlier by `tokenRevoke`, which the customer's owner may use too.")
            .Resolve(context => context.Source.Value?.Token);
        Field<StringGraphType>("secret").Description("What goes into the Authorization header. Shown once.").Resolve(context => context.Source.Value?.Secret);
    }
}

internal static class SupportAccessStart
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        SupportAccessStartInput input = context.GetArgument<SupportAccessStartInput>("input");
        if (!CustomerId.TryParse(input.CustomerId, out CustomerId customer))
            return Payload<StartSupportAccessResult>.Refused(new Refusal(ErrorCode.NotFound, "customerId", "There is no such customer."));
        var command = new StartSupportAccess(customer, input.Reason, input.Minutes);
        return Payload<StartSupportAccessResult>.Of(
            await context.Service<StartSupportAccessHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
