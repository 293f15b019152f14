namespace Mailfleet.Smtp;

/// <summary>One reply (RFC 5321 §4.2) with its enhanced status (RFC 2034). Text is ASCII without CR or LF; lines are split at '\n'.</summary>
public sealed record SmtpReply(int Code, string? Status, string Text);
