using System.Net;

namespace Mailfleet.Directory.Tests;

internal static class Nearby
{
    /// <summary>A log-in from this machine, for tests of anything but where it comes from.</summary>
    public static Task<LogInResult> AuthenticateAsync(this MailDirectory directory, string login, string password, CancellationToken cancellationToken) =>
        directory.AuthenticateAsync(login, password, new LogInSource(IPAddress.Loopback, IsTrusted: true), cancellationToken);
}
