namespace Mailfleet.Cell.Door;

/// <summary>Sets a mailbox's password. Applied only when its version is above the one the cell holds.</summary>
/// <param name="Hash">PHC string of an Argon2id hash (<see cref="Passwords.PasswordHash"/>); never the password itself.</param>
public sealed record SetPasswordCommand(string MailboxId, long Version, string Hash);
