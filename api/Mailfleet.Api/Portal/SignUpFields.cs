namespace Mailfleet.Api.Portal;

/// <summary>Names of the form's inputs, which are also the camelCase names of the command's fields.</summary>
internal static class SignUpFields
{
    public const string Company = "company";
    public const string Plan = "plan";
    public const string Domain = "domain";
    public const string Mailbox = "mailbox";
    public const string Password = "password";
    public const string Email = "email";

    /// <summary>In the order of the form.</summary>
    public static readonly IReadOnlyList<string> All = [Company, Plan, Domain, Mailbox, Password, Email];
}
