using Mailfleet.Api.Portal.Texts;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Portal;

/// <summary>Puts refusals into the visitor's language, beside the inputs they are about, in the order of the form.</summary>
internal static class SignUpErrors
{
    public static IReadOnlyList<FormError> Explain(IReadOnlyList<Refusal> refusals, Func<string, bool> isBlank, Text text) =>
    [
        .. refusals
            .Select(refusal => Explain(refusal, isBlank, text))
            .Distinct()
            .OrderBy(error => Position(error.Field)),
    ];

    private static FormError Explain(Refusal refusal, Func<string, bool> isBlank, Text text)
    {
        string? field = Place(refusal);
        // The use case's own English sentence is better than none, when a code is newer than the texts.
        return new FormError(field, text.Explain(refusal.Code, field, field is not null && isBlank(field)) ?? refusal.Message);
    }

    private static string? Place(Refusal refusal) => refusal switch
    {
        { Field: { } field } when SignUpFields.All.Contains(field) => field,
        { Code: ErrorCode.DomainTaken or ErrorCode.DomainReserved } => SignUpFields.Domain,
        { Code: ErrorCode.AddressTaken or ErrorCode.AddressReserved } => SignUpFields.Mailbox,
        { Code: ErrorCode.PasswordTooWeak } => SignUpFields.Password,
        _ => null,
    };

    private static int Position(string? field)
    {
        for (int i = 0; i < SignUpFields.All.Count; i++)
            if (SignUpFields.All[i] == field)
                return i;
        return -1;
    }
}
