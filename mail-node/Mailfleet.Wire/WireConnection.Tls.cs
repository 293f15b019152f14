using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;

namespace Mailfleet.Wire;

public sealed partial class WireConnection
{
    // Zero-byte reads: SslStream and the reader take a buffer only once bytes have come.
    private static readonly StreamPipeReaderOptions TlsReaderOptions = new(useZeroByteReads: true);

    /// <summary>The negotiated protocol as RFC 8314 and Received fields write it, or null without TLS.</summary>
    public string? TlsProtocol => _tls?.SslProtocol switch
    {
        null => null,
        SslProtocols.Tls13 => "TLS1.3",
        SslProtocols.Tls12 => "TLS1.2",
        var other => other.ToString(),
    };

    /// <summary>Whether a certificate is there, so that TLS can be offered.</summary>
    public bool CanStartTls => _options.SelectCertificate is not null && _tls is null;

    /// <summary>
    /// Turns to TLS in place. The caller has refused input that came before (<see cref="HasInput"/>): what is in the buffer now is the handshake.
    /// False when the handshake fails; the connection is then of no use.
    /// </summary>
    public async ValueTask<bool> StartTlsAsync()
    {
        if (_options.SelectCertificate is not { } selectCertificate || _tls is not null || !await FlushAsync())
            return false;
        return await ShakeHandsAsync(tls => tls.AuthenticateAsServerAsync(
            (_, hello, _, _) => ValueTask.FromResult(ServerOptions(selectCertificate(hello.ServerName is { Length: > 0 } name ? name : null))), null, Aborted));
    }

    /// <summary>Turns to TLS in place as the client that asked for it; the caller has refused input that came before, as above.</summary>
    public async ValueTask<bool> StartTlsAsClientAsync(SslClientAuthenticationOptions options)
    {
        if (_tls is not null || !await FlushAsync())
            return false;
        return await ShakeHandsAsync(tls => tls.AuthenticateAsClientAsync(options, Aborted));
    }

    private async ValueTask<bool> ShakeHandsAsync(Func<SslStream, Task> shakeHands)
    {
        SslStream tls = new(new DuplexPipeStream(_input, _output), leaveInnerStreamOpen: true);
        _cutsOff = true;
        _deadline.Arm(_options.HandshakeTimeout);
        try
        {
            await shakeHands(tls);
        }
        catch (Exception fault) when (IsTransportFault(fault) || fault is AuthenticationException)
        {
            _closed = true;
            Tally.Outcome = SessionOutcome.HandshakeFailed;
            WireMetrics.HasShakenHands(version: null);
            await tls.DisposeAsync();
            return false;
        }
        finally
        {
            _deadline.Disarm();
            _cutsOff = false;
        }
        _tls = tls;
        _input = PipeReader.Create(tls, TlsReaderOptions);
        _output = PipeWriter.Create(tls);
        WireMetrics.HasShakenHands(TlsProtocol);
        return true;
    }

    private static SslServerAuthenticationOptions ServerOptions(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,      // RFC 8997: older versions are not used for mail
        AllowRenegotiation = false,
    };

    // close_notify tells the peer that nothing was cut off.
    private async ValueTask EndTlsAsync(SslStream tls)
    {
        try
        {
            if (!_closed)
                await tls.ShutdownAsync();
            await _input.CompleteAsync();
            await _output.CompleteAsync();
            await tls.DisposeAsync();
        }
        catch (Exception fault) when (IsTransportFault(fault))
        {
            _closed = true;
        }
    }
}
