using Mailfleet.Bench.Peers;
using Mailfleet.Bench.Server;

namespace Mailfleet.Bench.Rows;

/// <summary>What rows are measured against.</summary>
/// <param name="Scale">How much of the work is done, above 0 to 1.</param>
/// <param name="Repeat">Runs of which the best counts.</param>
internal sealed record Rig(StandaloneServer Server, PostfixDovecot? Peers, SmtpSink? Sink, double Scale, int Repeat)
{
    /// <summary>A part of the full work, but never so little that the start of the run is what is measured.</summary>
    public int Scaled(int full, int least) => Math.Min(full, Math.Max(least, (int)(full * Scale)));
}
