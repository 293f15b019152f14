namespace Mailfleet.Crash.Tests;

/// <summary>Clients at work for one ledger until they are ended.</summary>
internal sealed class Clients : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;

    public Clients(Ledger ledger, int count, params (string Host, int Port)[] servers) =>
        _clients = [.. Enumerable.Range(0, count).Select(client => Task.Run(() =>
            ledger.SendAsync(servers[client % servers.Length].Host, servers[client % servers.Length].Port, _stop.Token)))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }
}
