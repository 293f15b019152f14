using System.Net;
using System.Text;

namespace Mailfleet.Bench.Load;

/// <summary>
/// Attackers: so many begin an attempt each second, from addresses of 127.66.0.0/16 in turn, and no more than a cap are at it at once. An attempt goes as far as
/// the server lets it; what it got is counted by the first character of the last reply.
/// </summary>
internal sealed class AttackLoad(int perSecond, int atOnce, int addresses, Func<IPAddress, int, CancellationToken, Task> attempt)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private int _begun;

    /// <summary>Attempts that were made.</summary>
    public int Begun => _begun;

    /// <summary>Attacks until cancelled.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using SemaphoreSlim places = new(atOnce);
        using PeriodicTimer timer = new(Tick);
        List<Task> underWay = [];
        try
        {
            for (double due = 0; await timer.WaitForNextTickAsync(end);)
            {
                underWay.RemoveAll(task => task.IsCompleted);
                for (due += perSecond * Tick.TotalSeconds; due >= 1; due--)
                {
                    if (!await places.WaitAsync(TimeSpan.Zero, CancellationToken.None))
                        continue;
                    underWay.Add(OneAsync(_begun++, places, end));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }

        await Task.WhenAll(underWay);
    }

    private async Task OneAsync(int number, SemaphoreSlim places, CancellationToken end)
    {
        try
        {
            await Task.Run(() => attempt(AddressOf(number % addresses), number, end), CancellationToken.None);
        }
        catch (Exception refused) when (refused is ProtocolFault or IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            // What an attacker gets. The good clients tell whether anything is wrong.
        }
        finally
        {
            places.Release();
        }
    }

    // Four to a network of 24 bits: neither one network nor one address each.
    private static IPAddress AddressOf(int number) => new([127, 66, (byte)(1 + (number / 4 % 250)), (byte)(1 + (number % 4))]);

    /// <summary>Sends lines one by one and reads a reply to each, whatever it says.</summary>
    public static async Task TalkAsync(Wire wire, CancellationToken cancellationToken, params IEnumerable<string> lines)
    {
        await ReadAsync(wire, cancellationToken);
        foreach (string line in lines)
        {
            await wire.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
            await ReadAsync(wire, cancellationToken);
        }
    }

    private static async Task ReadAsync(Wire wire, CancellationToken cancellationToken)
    {
        string line;
        do
            line = await wire.ReadLineAsync(cancellationToken);
        while (line.Length > 3 && line[3] == '-' && char.IsAsciiDigit(line[0]));
    }
}
