using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mailfleet.Wire.Proxying;

/// <summary>A connection from a proxy gets the addresses of the peer that the proxy speaks for, before anything is decided about it.</summary>
internal static class ProxiedConnection
{
    /// <summary>False when there was no good header in time: the connection is to be closed without a word, for who is behind it is unknown.</summary>
    public static async ValueTask<bool> IntroduceAsync(ConnectionContext connection, TimeSpan timeout, DeadlineSweep sweep)
    {
        PipeReader input = connection.Transport.Input;
        using Deadline deadline = sweep.Add(input.CancelPendingRead);
        deadline.Arm(timeout);
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(CancellationToken.None);
                ProxyHeader header = ProxyHeader.Read(result.Buffer);
                bool isOver = header.Status != ProxyHeaderStatus.Incomplete;
                input.AdvanceTo(isOver ? result.Buffer.GetPosition(header.Length) : result.Buffer.Start, isOver ? result.Buffer.GetPosition(header.Length) : result.Buffer.End);
                switch (header.Status)
                {
                    case ProxyHeaderStatus.Proxied:
                        connection.RemoteEndPoint = header.Source;
                        connection.LocalEndPoint = header.Destination;
                        return true;
                    case ProxyHeaderStatus.Local:
                        return true;
                    case ProxyHeaderStatus.Incomplete when !result.IsCompleted && !result.IsCanceled:
                        continue;
                    default:
                        return false;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }
}
