using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Directory.Tests;

public sealed class OutageTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly FakeVerifier _verifier = new();
    private readonly CountingLogger _logger = new();
    private string _connection = "";
    private NpgsqlDataSource _cell = null!;
    private NpgsqlDataSource _server = null!;
    private MailDirectory _directory = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = await _postgres.CreateDatabaseAsync();
        _cell = NpgsqlDataSource.Create(_connection);
        _server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_connection) { Database = "postgres" }.ConnectionString);
        await CellDatabase.MigrateAsync(_cell, CancellationToken.None);
        CellDoor door = new(_cell);
        await door.UpsertAsync(
            new DesiredBatch(
                [new DesiredCustomer("cus_a", 1, CustomerState.Active)],
                [new DesiredDomain("dom_a", 1, "cus_a", "a.test", DomainState.Active)],
                [new DesiredMailbox("mbx_a", 1, "dom_a", "anna", 1, MailboxState.Active)]),
            CancellationToken.None);
        await door.SetPasswordsAsync([new SetPasswordCommand("mbx_a", 1, _verifier.HashOf("secret"))], CancellationToken.None);
        _directory = new MailDirectory(_cell, new DirectoryOptions(), TimeProvider.System, _logger, _verifier.Verify);
    }

    public async ValueTask DisposeAsync()
    {
        await AllowAsync(true);
        await _cell.DisposeAsync();
        await _server.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task KnownAddressesReceiveWhileTheCellIsAwayAndLogInsWait()
    {
        Assert.True(await _directory.PollAsync(CancellationToken.None));
        Assert.IsType<Resolution.Found>(await ResolveAsync("anna"));
        Assert.IsType<LogInResult.Accepted>(await LogInAsync());

        await AllowAsync(false);
        Assert.False(await _directory.PollAsync(CancellationToken.None));
        Assert.False(await _directory.PollAsync(CancellationToken.None));
        Assert.IsType<Resolution.Found>(await ResolveAsync("anna"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ResolveAsync("bob"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(LogInAsync); // not even a remembered one: a new password could not be noticed

        await AllowAsync(true);
        await ExecuteAsync(_cell, "UPDATE directory.mailbox SET quota_bytes = 2"); // as on a server restored without its history
        Assert.True(await _directory.PollAsync(CancellationToken.None));
        Assert.Equal(2, Assert.Single(Assert.IsType<Resolution.Found>(await ResolveAsync("anna")).Mailboxes).QuotaBytes);
        Assert.IsType<LogInResult.Accepted>(await LogInAsync());
        Assert.Equal([LogLevel.Error, LogLevel.Information], _logger.Levels); // once each
    }

    private Task<LogInResult> LogInAsync() => _directory.AuthenticateAsync("anna@a.test", "secret", CancellationToken.None);

    private async Task<Resolution> ResolveAsync(string localPart) => await _directory.ResolveAsync(new MailAddress(localPart, "a.test"), CancellationToken.None);

    private async Task AllowAsync(bool allowed)
    {
        string database = new NpgsqlConnectionStringBuilder(_connection).Database!;
        await ExecuteAsync(_server, $"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS {allowed}");
        if (!allowed)
            await ExecuteAsync(_server, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class CountingLogger : ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Levels.Add(logLevel);
    }
}
