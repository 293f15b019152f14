using Mailfleet.Wire.Peers;

namespace Mailfleet.Directory.LogIns;

/// <summary>
/// Who may run Argon2id, and who waits. Those who come from where they always do go first and have a line of their own; one address or network gets a
/// share of either, so that an attack waits behind itself and not before everybody.
/// </summary>
/// <param name="running">Checks at one time.</param>
/// <param name="waiting">Length of each of the two lines.</param>
internal sealed class CheckLine(int running, int waiting, int perAddress, int perNetwork)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Place> _known = new();
    private readonly LinkedList<Place> _strangers = new();
    private readonly Dictionary<NetworkPrefix, int> _shares = []; // running and waiting, by address and by network: their lengths keep them apart
    private int _running;
    private int _mayRun = running;
    private int _mayWait = waiting;
    private int _perAddress = perAddress;
    private int _perNetwork = perNetwork;

    /// <summary>New bounds from now on; who runs or waits already stays.</summary>
    public void Resize(int running, int waiting, int perAddress, int perNetwork)
    {
        List<Place> next = [];
        lock (_lock)
        {
            (_mayRun, _mayWait, _perAddress, _perNetwork) = (running, waiting, perAddress, perNetwork);
            while (TakeNext() is { } place)
                next.Add(place);
        }

        foreach (Place place in next)
            place.Reached.SetResult();
    }

    /// <summary>Waits for a turn; null at once when the line or the share of this address is full. The turn ends when it is disposed of.</summary>
    public async ValueTask<Turn?> EnterAsync(LogInSource source, bool isKnown, CancellationToken cancellationToken)
    {
        Place place = new(source);
        LinkedList<Place> line = isKnown ? _known : _strangers;
        lock (_lock)
        {
            bool runsNow = _running < _mayRun;
            if ((!runsNow && line.Count >= _mayWait) || !TakeShare(place))
                return null;
            if (runsNow)
            {
                _running++;
                return new Turn(this, place);
            }

            place.Node = line.AddLast(place);
        }

        await using CancellationTokenRegistration leave = cancellationToken.UnsafeRegister(_ => Leave(line, place, cancellationToken), null);
        await place.Reached.Task;
        return new Turn(this, place);
    }

    private bool TakeShare(Place place)
    {
        if (place.IsTrusted)
            return true;
        if (_shares.GetValueOrDefault(place.Address) >= _perAddress || _shares.GetValueOrDefault(place.Network) >= _perNetwork)
            return false;
        _shares[place.Address] = _shares.GetValueOrDefault(place.Address) + 1;
        _shares[place.Network] = _shares.GetValueOrDefault(place.Network) + 1;
        return true;
    }

    private void GiveShareBack(Place place)
    {
        if (place.IsTrusted)
            return;
        foreach (NetworkPrefix prefix in (ReadOnlySpan<NetworkPrefix>)[place.Address, place.Network])
        {
            if (--_shares[prefix] == 0)
                _shares.Remove(prefix);
        }
    }

    // Either the place is still in the line and leaves it, or its turn has come and stays with it.
    private void Leave(LinkedList<Place> line, Place place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (place.Node is not { } node)
                return;
            line.Remove(node);
            place.Node = null;
            GiveShareBack(place);
        }

        place.Reached.TrySetCanceled(cancellationToken);
    }

    private void End(Place place)
    {
        Place? next;
        lock (_lock)
        {
            GiveShareBack(place);
            _running--;
            next = TakeNext();
        }

        next?.Reached.SetResult();
    }

    // Under the lock: whose turn has come.
    private Place? TakeNext()
    {
        if (_running >= _mayRun || (_known.First ?? _strangers.First)?.Value is not { } next)
            return null;
        next.Node!.List!.Remove(next.Node);
        next.Node = null;
        _running++;
        return next;
    }

    /// <summary>The right to run one check.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly CheckLine _line;
        private Place? _place;

        internal Turn(CheckLine line, Place place) => (_line, _place) = (line, place);

        public void Dispose()
        {
            if (_place is { } place)
                _line.End(place);
            _place = null;
        }
    }

    internal sealed class Place(LogInSource source)
    {
        public bool IsTrusted => source.IsTrusted;

        public NetworkPrefix Address { get; } = NetworkPrefix.AddressOf(source.Address);

        public NetworkPrefix Network { get; } = NetworkPrefix.NetworkOf(source.Address);

        /// <summary>Where it waits; null when it does not.</summary>
        public LinkedListNode<Place>? Node { get; set; }

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
