using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Support;

namespace Mailfleet.Api.GraphQL.Support;

internal sealed record SupportConsentSetInput(string CustomerId, bool IsNeeded, DateTimeOffset? AllowedUntil);

internal sealed class SupportConsentSetInputType : InputObjectGraphType<SupportConsentSetInput>
{
    public SupportConsentSetInputType()
    {
        Name = "SupportConsentSetInput";
        Field<NonNullGraphType<IdGraphType>>("customerId");
        Field<NonNullGraphType<BooleanGraphType>>("isNeeded").Description("When false, reseller and support may come in with a reason at any time.");
        Field<DateTimeType>("allowedUntil").Description("Consent, where it is needed: at most 30 days away. When absent there is none, and who is inside is out.");
    }
}

internal sealed class SupportConsentSetPayloadType : PayloadType<SetSupportConsent>
{
    public SupportConsentSetPayloadType() : base("SupportConsentSetPayload") =>
        Field<IdGraphType>("customerId").Resolve(context => context.Source.Value?.CustomerId.Value);
}

internal static class SupportConsentSet
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        SupportConsentSetInput input = context.GetArgument<SupportConsentSetInput>("input");
        if (!CustomerId.TryParse(input.CustomerId, out CustomerId customer))
            return Payload<SetSupportConsent>.Refused(new Refusal(ErrorCode.NotFound, "customerId", "There is no such customer."));
        var command = new SetSupportConsent(customer, input.IsNeeded, input.AllowedUntil);
        return Payload<SetSupportConsent>.Of(await context.Service<SetSupportConsentHandler>().HandleAsync(command, context.Actor(), context.CancellationToken));
    }
}
