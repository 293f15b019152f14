using System.Globalization;

namespace Mailfleet.Bench.Rows;

/// <summary>What a row must reach: all that is given. Without a peer measured beside it, the figure recorded on a quiet machine of two cores stands in.</summary>
/// <param name="AtLeast">Units a second.</param>
/// <param name="TimesPeer">So many times the peer's figure.</param>
/// <param name="RecordedPeer">Postfix 3.7 with Dovecot 2.3, measured when the goals were set.</param>
/// <param name="ShareOfCeiling">Of what the same load reaches against a server that stores nothing.</param>
/// <param name="AtMost">For rows where less is better.</param>
internal sealed record Goal(
    double? AtLeast = null, double? TimesPeer = null, double? RecordedPeer = null, double? ShareOfCeiling = null, double? AtMost = null)
{
    public string Text => string.Join(", ", Parts());

    /// <summary>Null when nothing can be decided.</summary>
    public bool? Judge(double ours, double? peer, double? ceiling)
    {
        List<bool> answers = [];
        if (AtLeast is { } least)
            answers.Add(ours >= least);
        if (AtMost is { } most)
            answers.Add(ours <= most);
        if (TimesPeer is { } times && (peer ?? RecordedPeer) is { } other)
            answers.Add(ours >= times * other);
        if (ShareOfCeiling is { } share && ceiling is { } top)
            answers.Add(ours >= share * top);
        return answers.Count == 0 ? null : answers.TrueForAll(x => x);
    }

    private IEnumerable<string> Parts()
    {
        if (AtLeast is { } least)
            yield return string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.#}");
        if (AtMost is { } most)
            yield return string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.#}");
        if (TimesPeer is { } times)
            yield return string.Create(CultureInfo.InvariantCulture, $"≥ {times:0.#}× peer");
        if (ShareOfCeiling is { } share)
            yield return string.Create(CultureInfo.InvariantCulture, $"≥ {share:0%} of ceiling");
    }
}
