namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>One record of a domain: what is wanted, what there is, and what that means.</summary>
/// <param name="Purpose">What it is for, in a word: <c>MX</c>, <c>SPF</c>, <c>DMARC</c>, <c>PROOF</c>.</param>
/// <param name="Type">Of the record: <c>MX</c> or <c>TXT</c>.</param>
/// <param name="Name">Absolute, without the final dot.</param>
/// <param name="Found">Every value of that name and type.</param>
/// <param name="Why">A sentence that says what to do.</param>
public sealed record DnsRecordCheck(string Purpose, string Type, string Name, string Wanted, IReadOnlyList<string> Found, DnsVerdict Verdict, string Why);
