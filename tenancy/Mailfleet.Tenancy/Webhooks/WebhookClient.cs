using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Tenancy.Webhooks;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">Null when there was no answer.</param>
internal sealed record WebhookAnswer(int? Status, string? Fault)
{
    public bool IsTaken => Status is >= 200 and < 300;
}

/// <summary>
/// Posts to customers' URLs. The name is resolved once and the connection goes to the address that was looked at, so an answer that changes between the two
/// leads nowhere else; redirects are not followed, no proxy is asked, and of the answer nothing but the status is read.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15); // Standard Webhooks: 15 to 30 s
    private readonly HttpClient _http;
    private readonly bool _allowPrivate;

    public WebhookClient(TenancyOptions options)
    {
        _allowPrivate = options.WebhooksAllowPrivate;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), // a name that moves is followed
            MaxResponseHeadersLength = 16,
        })
        { Timeout = Timeout };
    }

    public async Task<WebhookAnswer> PostAsync(string url, string id, DateTimeOffset at, string body, string secret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secret, id, at, body));
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            int status = (int)answer.StatusCode;
            return new WebhookAnswer(status, status is >= 200 and < 300 ? null : $"It answered {status}.");
        }
        catch (HttpRequestException fault)
        {
            return new WebhookAnswer(null, fault.InnerException is PrivateAddressException refused ? refused.Message : $"No answer: {fault.HttpRequestError}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"No answer within {Timeout.TotalSeconds} s.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        // One private address among public ones is a trap, or a mistake: either way not ours to choose around.
        if (!_allowPrivate && (addresses.Length == 0 || !addresses.All(PublicAddresses.IsPublic)))
            throw new PrivateAddressException("Its name leads to an address that is not on the public Internet.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException(string message) : IOException(message);
}
