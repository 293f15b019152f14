namespace Mailfleet.Tenancy.Domains.Checks;

/// <param name="IsAnswered">False when no resolver answered; that there is no such record is an answer.</param>
public sealed record DnsAnswer(bool IsAnswered, IReadOnlyList<string> Values);
