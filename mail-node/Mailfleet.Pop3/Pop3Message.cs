namespace Mailfleet.Pop3;

/// <param name="UidValidity">With <paramref name="Uid"/> the unique-id of RFC 1939 §7, stable for ever.</param>
/// <param name="SizeBytes">Exact octets that RETR sends, before dot-stuffing.</param>
public readonly record struct Pop3Message(uint UidValidity, uint Uid, long SizeBytes);
