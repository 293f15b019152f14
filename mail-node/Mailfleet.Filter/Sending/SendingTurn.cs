namespace Mailfleet.Filter.Sending;

/// <summary>A message that has been counted.</summary>
public sealed class SendingTurn : IDisposable
{
    private Action? _giveBack;

    internal SendingTurn(Action giveBack) => _giveBack = giveBack;

    /// <summary>The message was taken: it stays counted.</summary>
    public void Keep() => _giveBack = null;

    public void Dispose()
    {
        _giveBack?.Invoke();
        _giveBack = null;
    }
}
