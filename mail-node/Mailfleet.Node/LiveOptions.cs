using Mailfleet.Node.Options;

namespace Mailfleet.Node;

/// <summary>The settings in force, replaced whole by a reload. Who reads them for a message or a connection reads them once.</summary>
internal sealed class LiveOptions(NodeOptions options)
{
    private volatile NodeOptions _now = options;

    public NodeOptions Now
    {
        get => _now;
        set => _now = value;
    }
}
