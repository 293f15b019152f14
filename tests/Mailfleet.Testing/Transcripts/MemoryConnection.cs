using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mailfleet.Testing.Transcripts;

/// <summary>A connection without a network. A flush of the client returns when the server has looked at every byte of it, so pieces stay pieces.</summary>
public sealed class MemoryConnection : ConnectionContext, IConnectionLifetimeNotificationFeature
{
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _closeRequested = new();

    public MemoryConnection(IPEndPoint remote)
    {
        RemoteEndPoint = remote;
        LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 25);
        Transport = new Duplex(_toServer.Reader, _toClient.Writer);
        ConnectionClosed = _closed.Token;
        ConnectionClosedRequested = _closeRequested.Token;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
    }

    /// <summary>What the client writes.</summary>
    public PipeWriter Client => _toServer.Writer;

    /// <summary>What the server wrote.</summary>
    public PipeReader Server => _toClient.Reader;

    /// <summary>The server cut the connection off instead of closing it.</summary>
    public bool IsAborted { get; private set; }

    public override string ConnectionId { get; set; } = "memory";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public CancellationToken ConnectionClosedRequested { get; set; }

    /// <summary>What the host does when it stops.</summary>
    public void RequestClose() => _closeRequested.Cancel();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        IsAborted = true;
        _toServer.Writer.Complete(abortReason);
        _toClient.Reader.CancelPendingRead();
        _closed.Cancel();
    }

    /// <summary>All that the server wrote until it closed.</summary>
    public async Task<byte[]> ReadToEndAsync(CancellationToken cancellationToken)
    {
        MemoryStream all = new();
        while (true)
        {
            ReadResult result = await Server.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                all.Write(segment.Span);
            Server.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return all.ToArray();
        }
    }

    /// <summary>The next line of the server without its CRLF; null when it closed.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await Server.ReadAsync(cancellationToken);
            if (result.Buffer.IsSingleSegment || !result.Buffer.IsEmpty)
            {
                byte[] bytes = new byte[result.Buffer.Length];
                int copied = 0;
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    segment.CopyTo(bytes.AsMemory(copied));
                    copied += segment.Length;
                }
                int end = bytes.AsSpan().IndexOf("\r\n"u8);
                if (end >= 0)
                {
                    Server.AdvanceTo(result.Buffer.GetPosition(end + 2));
                    return bytes[..end];
                }
            }
            Server.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
