namespace Mailfleet.Api.Portal;

/// <summary>Names of the inputs of the log-in and account pages.</summary>
internal static class LogInFields
{
    public const string Login = "login";
    public const string Password = "password";
    public const string OldPassword = "oldPassword";
    public const string NewPassword = "newPassword";
    public const string Code = "code";
    public const string Session = "session";
}
