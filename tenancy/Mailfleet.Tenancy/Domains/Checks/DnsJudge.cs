using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Domains.Checks;

/// <summary>What a domain's DNS has to say, and whether it does. Pure: answers in, verdicts out.</summary>
internal static class DnsJudge
{
    private const int Preference = 10;

    public static IReadOnlyList<DnsRecordCheck> Judge(Domain domain, DomainName host, DnsAnswer exchangers, DnsAnswer texts, DnsAnswer dmarc, DnsAnswer proof) =>
    [
        JudgeProof(domain, proof),
        JudgeExchangers(domain, host, exchangers),
        JudgeSpf(domain, host, texts),
        JudgeDmarc(domain, dmarc),
    ];

    /// <summary>What is wanted, as lines of a zone file (RFC 1035 §5).</summary>
    public static string ToZone(IEnumerable<DnsRecordCheck> records) => string.Concat(records.Select(record =>
        $"{record.Name}.\tIN\t{record.Type}\t{(record.Type == "TXT" ? Quote(record.Wanted) : record.Wanted)}\n"));

    /// <summary>Mail goes elsewhere, and nothing says any longer that the domain is meant to be here.</summary>
    public static bool IsAdrift(IReadOnlyList<DnsRecordCheck> records) =>
        records.Any(record => record is { Purpose: "MX", Verdict: DnsVerdict.Wrong }) && records.Any(record => record is { Purpose: "PROOF", Verdict: DnsVerdict.Missing or DnsVerdict.Wrong });

    private static DnsRecordCheck JudgeProof(Domain domain, DnsAnswer answer) => Check(
        "PROOF", "TXT", domain.ProofName, domain.ProofValue, answer, answer.Values.Contains(domain.ProofValue, StringComparer.Ordinal),
        "It proves that the domain is yours. Keep it: without it a domain whose mail goes elsewhere is let go.",
        domain.Stage == DomainStage.Proven
            ? "The domain is proven. Put the record back if its mail goes through another host before it comes here."
            : "Until it is there, no mail for the domain is taken.");

    private static DnsRecordCheck JudgeExchangers(Domain domain, DomainName host, DnsAnswer answer)
    {
        bool isOurs = answer.Values.Any(name => IsOf(name, host));
        return Check(
            "MX", "MX", domain.Name.Value, $"{Preference} {host}.", answer, isOurs && answer.Values.All(name => IsOf(name, host)),
            "Mail for the domain comes here.",
            isOurs ? "Some of the mail goes elsewhere: take the other mail exchangers away." : "Mail for the domain goes elsewhere, or nowhere: make this the only mail exchanger.");
    }

    // RFC 7208: one record; more than one is an error for every receiver (§4.5).
    private static DnsRecordCheck JudgeSpf(Domain domain, DomainName host, DnsAnswer answer)
    {
        string[] policies = [.. answer.Values.Where(IsSpf)];
        string[] terms = policies.Length == 1 ? [.. policies[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(term => term.TrimStart('+').ToLowerInvariant())] : [];
        bool isGood = terms.Any(term => term is "mx" || term == $"a:{host}" || term == $"mx:{host}" || term == $"include:{host}");
        return Check(
            "SPF", "TXT", domain.Name.Value, "v=spf1 mx -all", answer with { Values = policies }, isGood, "Other hosts see that this one may send for the domain.",
            policies.Length > 1 ? "There is more than one SPF record, which receivers take for none: put their terms into one." : "Add mx to its terms, so that this host may send for the domain.");
    }

    // RFC 7489 §6.3: v first, then p.
    private static DnsRecordCheck JudgeDmarc(Domain domain, DnsAnswer answer)
    {
        string[] policies = [.. answer.Values.Where(text => text.StartsWith("v=DMARC1", StringComparison.Ordinal))];
        bool isGood = policies.Length == 1 && policies[0].Split(';').Any(tag => tag.Trim().StartsWith("p=", StringComparison.Ordinal));
        return Check(
            "DMARC", "TXT", $"_dmarc.{domain.Name}", "v=DMARC1; p=none", answer with { Values = policies }, isGood, "Receivers know what to do with forged mail.",
            policies.Length > 1 ? "There is more than one DMARC record, which receivers take for none." : "It needs a policy: p=none, p=quarantine or p=reject.");
    }

    private static DnsRecordCheck Check(
        string purpose, string type, string name, string wanted, DnsAnswer answer, bool isGood, string good, string wrong)
    {
        (DnsVerdict verdict, string why) = answer switch
        {
            { IsAnswered: false } => (DnsVerdict.Unknown, "No resolver answered. It is looked up again later."),
            _ when isGood => (DnsVerdict.Good, good),
            { Values.Count: 0 } => (DnsVerdict.Missing, $"There is no such record. {wrong}"),
            _ => (DnsVerdict.Wrong, wrong),
        };
        return new DnsRecordCheck(purpose, type, name, wanted, answer.Values, verdict, why);
    }

    private static bool IsSpf(string text) =>
        text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase);

    private static bool IsOf(string name, DomainName host) => name == host.Value || name.EndsWith($".{host}", StringComparison.Ordinal);

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
