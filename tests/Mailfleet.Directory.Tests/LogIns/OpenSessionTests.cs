using System.Net;
using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mailfleet.Directory.Tests.LogIns;

/// <summary>A log-in ends with what it stands on, on every node, and with nothing else.</summary>
public sealed class OpenSessionTests : IClassFixture<DirectoryFixture>
{
    private static readonly LogInSource Home = new(IPAddress.Parse("198.51.100.7"), IsTrusted: false);

    private readonly DirectoryFixture _cell;
    private readonly FakeVerifier _verifier = new();
    private readonly MailDirectory _directory;
    private int _ended;

    public OpenSessionTests(DirectoryFixture cell)
    {
        _cell = cell;
        _directory = Node();
    }

    [Fact]
    public async Task NewPasswordEndsTheSessionsOfAllNodes()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("password", _verifier.HashOf("old"));
        MailDirectory other = Node();
        await PollAsync();
        await PollAsync(other);
        using IDisposable here = await OpenAsync("anna@password.test", "old");
        using IDisposable hereToo = await OpenAsync("anna@password.test", "old"); // by the remembered log-in
        using IDisposable there = await OpenAsync("anna@password.test", "old", other);

        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("new"));
        Assert.Equal(0, _ended);
        await PollAsync();
        Assert.Equal(2, _ended);
        await PollAsync(other);
        Assert.Equal(3, _ended);
        await PollAsync();
        Assert.Equal(3, _ended);
    }

    [Fact]
    public async Task SamePasswordSetAnewEndsThemToo()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("again", _verifier.HashOf("secret"));
        await PollAsync();
        using IDisposable session = await OpenAsync("anna@again.test", "secret");
        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("secret"));
        await PollAsync();
        Assert.Equal(1, _ended);
    }

    [Fact]
    public async Task DeletedMailboxEndsItsSessions()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("gone", _verifier.HashOf("secret"));
        await PollAsync();
        using IDisposable session = await OpenAsync("anna@gone.test", "secret");
        await _cell.UpsertAsync(anna with { Version = 2, State = MailboxState.Deleted });
        await PollAsync();
        Assert.Equal(1, _ended);
    }

    [Fact]
    public async Task DomainThatIsProvenByAnotherEndsTheClaimantsSessions()
    {
        await _cell.AddAnnaAsync("claim", _verifier.HashOf("secret"), DomainState.Pending);
        await PollAsync();
        using IDisposable session = await OpenAsync("anna@claim.test", "secret");
        await _cell.UpsertAsync(new DesiredBatch([], [new DesiredDomain("dom_claim_owner", 1, "cus_claim", "claim.test", DomainState.Active)], []));
        await _cell.UpsertAsync(new DesiredBatch([], [new DesiredDomain("dom_claim", 2, "cus_claim", "claim.test", DomainState.Released)], []));
        await PollAsync();
        Assert.Equal(1, _ended);
    }

    [Fact]
    public async Task OtherChangesEndNothing()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("quota", _verifier.HashOf("secret"));
        await PollAsync();
        using IDisposable session = await OpenAsync("anna@quota.test", "secret");
        await _cell.UpsertAsync(anna with { Version = 2, QuotaBytes = 2 });
        await _cell.UpsertAsync(new DesiredBatch([], [], [new DesiredMailbox("mbx_quota_2", 1, "dom_quota", "ben", 1, MailboxState.Active)]));
        await PollAsync();
        Assert.Equal(0, _ended);
    }

    // Signing up writes the rows, then its user logs in, then the poll tells of the rows.
    [Fact]
    public async Task ChangeFromBeforeTheLogInEndsNothing()
    {
        await PollAsync();
        await _cell.AddAnnaAsync("fresh", _verifier.HashOf("secret"));
        LogInStanding standing = await LogInAsync("anna@fresh.test", "secret");
        using IDisposable early = Watch(_directory, standing);
        await PollAsync();
        using IDisposable late = Watch(_directory, standing); // the poll came between log-in and watch
        await PollAsync();
        await PollAsync();
        Assert.Equal(0, _ended);
    }

    [Fact]
    public async Task ChangeThatPassesBetweenLogInAndWatchEndsTheSession()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("between", _verifier.HashOf("old"));
        await PollAsync();
        LogInStanding standing = await LogInAsync("anna@between.test", "old");
        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("new"));
        await PollAsync();
        using IDisposable session = Watch(_directory, standing);
        Assert.Equal(0, _ended);
        await PollAsync();
        Assert.Equal(1, _ended);
    }

    [Fact]
    public async Task SessionThatHasGoneIsNotTold()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("left", _verifier.HashOf("old"));
        await PollAsync();
        (await OpenAsync("anna@left.test", "old")).Dispose();
        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("new"));
        await PollAsync();
        Assert.Equal(0, _ended);
    }

    [Fact]
    public async Task ChangeDuringAnOutageEndsTheSessionAfterIt()
    {
        await using PostgresFixture postgres = new();
        string connection = await postgres.CreateDatabaseAsync();
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(connection);
        await CellDatabase.MigrateAsync(source, CancellationToken.None);
        CellDoor door = new(source);
        await door.UpsertAsync(
            new DesiredBatch(
                [new DesiredCustomer("cus_o", 1, CustomerState.Active)],
                [new DesiredDomain("dom_o", 1, "cus_o", "o.test", DomainState.Active)],
                [new DesiredMailbox("mbx_a", 1, "dom_o", "anna", 1, MailboxState.Active), new DesiredMailbox("mbx_b", 1, "dom_o", "ben", 1, MailboxState.Active)]),
            CancellationToken.None);
        await door.SetPasswordsAsync([new SetPasswordCommand("mbx_a", 1, _verifier.HashOf("secret")), new SetPasswordCommand("mbx_b", 1, _verifier.HashOf("other"))], CancellationToken.None);

        // One that cannot connect for a while is a database that is away.
        bool isAway = false;
        NpgsqlDataSourceBuilder builder = new(connection);
        builder.UsePhysicalConnectionInitializer(
            _ => ThrowWhenAway(), _ =>
            {
                ThrowWhenAway();
                return Task.CompletedTask;
            });
        builder.ConnectionStringBuilder.Pooling = false;
        await using NpgsqlDataSource flaky = builder.Build();
        MailDirectory directory = new(flaky, new DirectoryOptions(), TimeProvider.System, NullLogger.Instance, _verifier.Verify);
        await PollAsync(directory);
        int annas = 0;
        int bens = 0;
        using IDisposable anna = directory.Watch(await LogInAsync("anna@o.test", "secret", directory), () => annas++);
        using IDisposable ben = directory.Watch(await LogInAsync("ben@o.test", "other", directory), () => bens++);

        isAway = true;
        await door.SetPasswordsAsync([new SetPasswordCommand("mbx_a", 2, _verifier.HashOf("new"))], CancellationToken.None);
        Assert.False(await directory.PollAsync(CancellationToken.None));
        Assert.Equal(0, annas);
        isAway = false;
        await PollAsync(directory);
        Assert.Equal((1, 0), (annas, bens));

        void ThrowWhenAway()
        {
            if (isAway)
                throw new NpgsqlException("The database is away.");
        }
    }

    private MailDirectory Node() => new(_cell.Cell, new DirectoryOptions(), TimeProvider.System, NullLogger.Instance, _verifier.Verify);

    private async Task<IDisposable> OpenAsync(string login, string password, MailDirectory? node = null) =>
        Watch(node ?? _directory, await LogInAsync(login, password, node));

    private IDisposable Watch(MailDirectory node, LogInStanding standing) => node.Watch(standing, () => _ended++);

    private async Task<LogInStanding> LogInAsync(string login, string password, MailDirectory? node = null) =>
        Assert.IsType<LogInResult.Accepted>(await (node ?? _directory).AuthenticateAsync(login, password, Home, CancellationToken.None)).Standing;

    private async Task PollAsync(MailDirectory? node = null) => Assert.True(await (node ?? _directory).PollAsync(CancellationToken.None));
}
