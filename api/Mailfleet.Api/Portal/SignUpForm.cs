using Mailfleet.Tenancy.SignUps;

namespace Mailfleet.Api.Portal;

/// <summary>What the visitor typed and gets back when something is wrong. The password is not in it, so no page can show it.</summary>
public sealed record SignUpForm(string Company, string Plan, string Domain, string Mailbox, string Email)
{
    public const string Trial = "trial";

    public static readonly SignUpForm Empty = new(string.Empty, Trial, string.Empty, string.Empty, string.Empty);

    public static SignUpForm From(IFormCollection fields) => new(
        One(fields, SignUpFields.Company).Trim(),
        One(fields, SignUpFields.Plan).Trim(),
        One(fields, SignUpFields.Domain).Trim(),
        One(fields, SignUpFields.Mailbox).Trim(),
        One(fields, SignUpFields.Email).Trim());

    internal SignUp ToCommand(string password, Language language) =>
        new(Company, Plan, Domain, Mailbox, password, Email.Length == 0 ? null : Email, language.Code);

    public string ValueOf(string field) => field switch
    {
        SignUpFields.Company => Company,
        SignUpFields.Plan => Plan,
        SignUpFields.Domain => Domain,
        SignUpFields.Mailbox => Mailbox,
        SignUpFields.Email => Email,
        _ => string.Empty,
    };

    /// <summary>A field's value; a field that is missing or given twice counts as empty.</summary>
    public static string One(IFormCollection fields, string name) => fields[name] is [{ } value] ? value : string.Empty;
}
