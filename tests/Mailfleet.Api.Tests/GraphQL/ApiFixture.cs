using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mailfleet.Cell;
using Mailfleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>The api host on a port of its own with real databases, started once for all tests of a class.</summary>
public class ApiFixture : IAsyncLifetime
{
    public const string Token = "operator-token-of-the-tests";

    private readonly PostgresFixture _postgres = new();
    private WebApplication? _app;

    public HttpClient Http { get; private set; } = new();

    public RecordingLogs Logs { get; } = new();

    public string ControlDatabase { get; private set; } = "";

    internal ApiOptions Options => Services.GetRequiredService<ApiOptions>();

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        ControlDatabase = await _postgres.CreateDatabaseAsync();
        string cell = await _postgres.CreateDatabaseAsync();
        await using (NpgsqlDataSource owner = NpgsqlDataSource.Create(cell))
            await CellDatabase.MigrateAsync(owner, CancellationToken.None);

        var options = new ApiOptions
        {
            ControlDatabase = ControlDatabase,
            CellDoors = new Dictionary<string, string> { ["cell1"] = Door(cell) },
            HostName = "mailfleet.test",
            PublicOrigin = new Uri("http://localhost:8080"),
            Listen = ["http://127.0.0.1:0"],
            KeyDirectory = Path.Combine(Path.GetTempPath(), "mailfleet-tests", Guid.NewGuid().ToString("N")),
            OperatorTokenSha256 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Token))),
            RequestsPerSecond = RequestsPerSecond,
            WebhooksAllowPrivate = WebhooksAllowPrivate,
            Clients = new ClientSettings("mailfleet.test", 2587, 2465, 2110, 2995, null, null),
        };
        _app = ApiHost.Build(options, TimeProvider.System, logging => logging.AddProvider(Logs));
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    /// <summary>Posts a body as the operator.</summary>
    public async Task<HttpResponseMessage> PostAsync(string body, string accept = "application/json", string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (accept.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Content = new StringContent(body);
        request.Content.Headers.Remove("Content-Type");
        if (contentType.Length > 0)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await Http.SendAsync(request);
    }

    /// <summary>Runs a query that has to work and returns its data.</summary>
    public async Task<JsonObject> DataAsync(string query, object? variables = null)
    {
        JsonObject answer = await AnswerAsync(query, variables);
        Assert.False(answer.ContainsKey("errors"), answer.ToJsonString());
        return answer["data"]!.AsObject();
    }

    public async Task<JsonObject> AnswerAsync(string query, object? variables = null)
    {
        using HttpResponseMessage response = await PostAsync(JsonSerializer.Serialize(new { query, variables }));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    public async Task<string> CreateCustomerAsync(string name)
    {
        JsonObject data = await DataAsync("mutation($i: CustomerCreateInput!) { customerCreate(input: $i) { customer { id } userErrors { code } } }", new { i = new { name } });
        return data["customerCreate"]!["customer"]!["id"]!.GetValue<string>();
    }

    public async Task<string> CreateDomainAsync(string customerId, string name)
    {
        JsonObject data = await DataAsync("mutation($i: DomainCreateInput!) { domainCreate(input: $i) { domain { id } userErrors { code } } }", new { i = new { customerId, name } });
        return data["domainCreate"]!["domain"]!["id"]!.GetValue<string>();
    }

    public async Task<string> CreateMailboxAsync(string domainId, string localPart)
    {
        JsonObject data = await DataAsync(
            "mutation($i: MailboxCreateInput!) { mailboxCreate(input: $i) { mailbox { id } userErrors { code } } }",
            new { i = new { domainId, localPart, password = "correct horse" } });
        return data["mailboxCreate"]!["mailbox"]!["id"]!.GetValue<string>();
    }

    protected virtual bool WebhooksAllowPrivate => false;

    protected virtual double RequestsPerSecond => 10_000; // tests of other things ask fast

    /// <summary>The way into the cell.</summary>
    protected virtual string Door(string cell) => PostgresFixture.AsDoor(cell);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

/// <summary>Keeps what was logged as errors.</summary>
public sealed class RecordingLogs : ILoggerProvider, ILogger
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
                return [.. _errors];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_errors)
            _errors.Add(formatter(state, exception) + exception);
    }

    public void Dispose()
    {
    }
}
