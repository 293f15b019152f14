namespace Mailfleet.Queue;

/// <param name="Reply">Code where a server said it, status, text; printable ASCII.</param>
/// <param name="Host">Who answered, or null.</param>
/// <param name="Tls">Version of TLS, or null.</param>
/// <param name="IsReportedThere">Somebody else has taken over reporting success to the sender.</param>
public sealed record AttemptOutcome(AttemptStatus Status, string Reply, string? Host = null, string? Tls = null, bool IsReportedThere = false);
