namespace Mailfleet.Api;

/// <summary>Server names and ports for mail programs. A null port is a service that is not there yet and is not shown.</summary>
public sealed record ClientSettings(string Server, int? Submission, int? Submissions, int? Pop3, int? Pop3s, int? Imap, int? Imaps);
