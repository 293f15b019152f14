namespace Mailfleet.Bench.Load;

/// <summary>The server answered what a benchmark cannot go on with.</summary>
internal sealed class ProtocolFault : Exception
{
    public ProtocolFault(string message) : base(message) { }

    public ProtocolFault() { }

    public ProtocolFault(string message, Exception inner) : base(message, inner) { }
}
