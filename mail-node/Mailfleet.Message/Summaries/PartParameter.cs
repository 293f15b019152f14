namespace Mailfleet.Message.Summaries;

/// <summary>A parameter of Content-Type or Content-Disposition, decoded (RFC 2231, RFC 2047 where senders use it all the same).</summary>
public sealed record PartParameter(string Name, string Value);
