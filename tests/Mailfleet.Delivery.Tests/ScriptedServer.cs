using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Delivery.Tests;

/// <summary>
/// A mail server that follows a script, one a connection, in order. Lines: <c>S:</c> sends, <c>C:</c> expects exactly this line, <c>DATA</c> takes content up to the dot,
/// <c>BYTES n</c> takes so many, <c>TLS</c> shakes hands, <c>GARBAGE</c> answers a handshake with nonsense, <c>GONE</c> waits for the client to leave, <c>RESET</c> cuts.
/// The end of a script closes.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new(Patience);
    private readonly Queue<string> _scripts;
    private readonly Task _serving;

    public ScriptedServer(params string[] scripts)
    {
        _scripts = new(scripts);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What came between DATA and the dot, or as chunks, dots and all.</summary>
    public List<string> Contents { get; } = [];

    /// <summary>Throws when a client said something else than its script, or scripts are left.</summary>
    public async Task IsDoneAsync()
    {
        await _serving;
        Assert.Empty(_scripts);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        try
        {
            await _serving;
        }
        catch (Exception)
        {
            // A test that wants to know has asked IsDoneAsync.
        }

        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_scripts.Count > 0)
        {
            using Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
            await PlayAsync(socket, _scripts.Dequeue());
        }
    }

    private async Task PlayAsync(Socket socket, string script)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        foreach (string line in script.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            switch (line)
            {
                case ['S', ':', ' ', .. string text]:
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(text.Replace("\\r\\n", "\r\n", StringComparison.Ordinal) + "\r\n"), _stop.Token);
                    break;
                case ['C', ':', ' ', .. string text]:
                    Assert.Equal(text, await ReadLineAsync(stream));
                    break;
                case "DATA":
                    Contents.Add(await ReadUntilAsync(stream, "\r\n.\r\n"));
                    break;
                case "TLS":
                    SslStream tls = new(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestCertificate.Context }, _stop.Token);
                    stream = tls;
                    break;
                case "GARBAGE":
                    await stream.ReadExactlyAsync(new byte[5], _stop.Token);
                    await stream.WriteAsync("this is no handshake at all\r\n"u8.ToArray(), _stop.Token);
                    break;
                case "GONE":
                    Contents.Add(await ReadUntilAsync(stream, null));
                    break;
                case "RESET":
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                default:
                    byte[] bytes = new byte[int.Parse(line["BYTES ".Length..], CultureInfo.InvariantCulture)];
                    await stream.ReadExactlyAsync(bytes, _stop.Token);
                    Contents.Add(Encoding.Latin1.GetString(bytes));
                    break;
            }
        }

        await stream.DisposeAsync();
    }

    private async Task<string> ReadLineAsync(Stream stream) => (await ReadUntilAsync(stream, "\r\n"))[..^2];

    // To the end of the stream without an end; a cut connection ends it too.
    private async Task<string> ReadUntilAsync(Stream stream, string? end)
    {
        StringBuilder text = new(end == "\r\n.\r\n" ? "\r\n" : "");     // a message may be empty
        byte[] octet = new byte[1];
        try
        {
            while (end is null || text.Length < end.Length || text.ToString(text.Length - end.Length, end.Length) != end)
            {
                if (await stream.ReadAsync(octet, _stop.Token) == 0)
                    return end is null ? text.ToString() : throw new IOException($"The client left after '{text}'.");
                text.Append((char)octet[0]);
            }
        }
        catch (IOException) when (end is null)
        {
            return text.ToString();
        }

        return end == "\r\n.\r\n" ? text.ToString(2, text.Length - 5) : text.ToString();
    }
}
