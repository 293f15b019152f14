using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>A browser without JavaScript: keeps cookies, follows nothing by itself, sends the forms it was shown.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly HttpClient _http;

    public CookieContainer Cookies { get; } = new();

    /// <param name="from">Address to connect from; another one than 127.0.0.1 plays a foreign client.</param>
    public Visitor(PortalSite site, string language = "en", string from = "127.0.0.1")
        : this(site.Address, language, from)
    {
    }

    public Visitor(Uri address, string language = "en", string from = "127.0.0.1")
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            CookieContainer = Cookies,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = address };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public Task<Html> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Opens the form as a person would, then sends it with the values given over those that a correct sign-up has.</summary>
    public async Task<Html> SignUpAsync(params (string Name, string Value)[] values)
    {
        Html form = await GetAsync("/signup");
        return await PostAsync("/signup", Filled(form, values));
    }

    public Task<Html> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, string? origin = null, CancellationToken cancellationToken = default)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return SendAsync(request, cancellationToken);
    }

    public async Task<Html> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        return new Html(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public static Dictionary<string, string> Filled(Html form, params (string Name, string Value)[] values)
    {
        Dictionary<string, string> fields = new()
        {
            [Html.TokenField] = form.Token,
            ["company"] = "Acme Ltd",
            ["plan"] = "trial",
            ["domain"] = "acme.mailfleet.test",
            ["mailbox"] = "info",
            ["password"] = "correct horse battery",
            ["email"] = "me@example.org",
        };
        foreach ((string name, string value) in values)
            fields[name] = value;
        return fields;
    }

    public void Dispose() => _http.Dispose();
}
