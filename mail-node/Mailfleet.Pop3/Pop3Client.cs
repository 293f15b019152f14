using System.Net;

namespace Mailfleet.Pop3;

/// <summary>The peer of a session, for policy and logs.</summary>
public sealed record Pop3Client(string SessionId, IPEndPoint Remote, bool IsTls, bool IsTrusted);
