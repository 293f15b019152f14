namespace Mailfleet.Tenancy.Names;

/// <summary>Local parts that nobody may have: mail from them is the mail system's own.</summary>
internal static class ReservedNames
{
    // Reports of delivery come from here (RFC 3834 §3.3.1 knows it as a sender that no program answers).
    private const string MailerDaemon = "mailer-daemon";

    public static bool IsReserved(string localPart) => localPart == MailerDaemon;
}
