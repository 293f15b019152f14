using System.Net;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Events;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Webhooks;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Tenancy.Tests.Webhooks;

public sealed class WebhookTests
{
    // The example of the specification's reference implementation.
    [Fact]
    public void SignsAsTheStandardHasIt() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""));

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::7f00:1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700:4700::1111", true)]
    public void KnowsWhatIsOutOnTheInternet(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("https://localhost:1/")]
    [InlineData("https://[::1]:1/")]
    [InlineData("https://2130706433:1/")]
    [InlineData("https://0x7f.1:1/")]
    public async Task ConnectsToNoPrivateAddressHoweverItIsWritten(string url)
    {
        using var client = new WebhookClient(Options(allowPrivate: false));
        WebhookAnswer answer = await client.PostAsync(url, "evt_1", DateTimeOffset.UnixEpoch, "{}", WebhookSignature.NewSecret(), TenancyHost.Soon());
        Assert.Null(answer.Status);
        Assert.Equal("Its name leads to an address that is not on the public Internet.", answer.Fault);
    }

    [Fact]
    public void TriesTenTimesOverFourDaysAndThenGivesUp()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch;
        int attempts = 0;
        while (WebhookSchedule.NextAt(++attempts, now) is { } next)
            now = next;
        Assert.Equal(10, attempts);
        Assert.InRange(now - DateTimeOffset.UnixEpoch, TimeSpan.FromDays(3), TimeSpan.FromDays(4));
    }

    [Fact]
    public async Task TheFeedTellsEachChangeOnceInOrderAndWaitsForWhatIsUnderWay()
    {
        await using var postgres = new PostgresFixture();
        await using TenancyHost host = await TenancyHost.StartAsync(postgres);
        FleetEvents feed = host.Get<FleetEvents>();
        Customer customer = await host.CreateCustomerAsync("Fed");
        Domain domain = await host.CreateDomainAsync(customer, "fed.example");
        Customer foreign = await host.CreateCustomerAsync("Foreign");

        // A transaction that began to write and is not over holds the feed back: what it writes comes before what others write later.
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(host.ControlDatabase);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(TenancyHost.Soon());
        await using NpgsqlTransaction slow = await connection.BeginTransactionAsync(TenancyHost.Soon());
        await using (NpgsqlCommand write = new(
            $"INSERT INTO tenancy.event (id, path, type, object_id, data, at) SELECT '{EventId.New(host.Clock.GetUtcNow())}', path, 'slow', id, '{{}}', now() FROM tenancy.domain WHERE id = '{domain.Id}'", connection, slow))
            Assert.Equal(1, await write.ExecuteNonQueryAsync(TenancyHost.Soon()));
        Mailbox mailbox = await host.CreateMailboxAsync(domain, "ann");
        string[] before = [.. (await feed.ReadAsync(host.Operator, default, [], 100, TenancyHost.Soon())).Select(e => e.Type)];
        Assert.DoesNotContain("slow", before);
        Assert.DoesNotContain("mailbox.created", before);
        await slow.CommitAsync(TenancyHost.Soon());

        var owner = Actor.Of("owner", Role.CustomerOwner, customer.Path);
        IReadOnlyList<EventRow> rows = await TenancyHost.UntilAsync(() => feed.ReadAsync(owner, default, [], 100, TenancyHost.Soon()), found => found.Count >= 6);
        Assert.Equal(["customer.created", "domain.created", "domain.proven", "slow", "mailbox.created", "mailbox.password_set"], rows.Select(e => e.Type));
        Assert.Equal([customer.Id.Value, domain.Id.Value, domain.Id.Value, domain.Id.Value, mailbox.Id.Value, mailbox.Id.Value], rows.Select(e => e.ObjectId));
        Assert.Contains("ann@fed.example", rows[4].Data, StringComparison.Ordinal);
        Assert.DoesNotContain("mailfleet-verify", string.Concat(rows.Select(e => e.Data)), StringComparison.Ordinal); // what is ours alone is told nobody

        // In pieces it is the same, and by type; a stranger sees none of it.
        List<string> walked = [];
        EventCursor cursor = default;
        while (await feed.ReadAsync(owner, cursor, [], 2, TenancyHost.Soon()) is { Count: > 0 } piece)
        {
            walked.AddRange(piece.Select(e => e.Id.Value));
            Assert.True(EventCursor.TryParse(piece[^1].Cursor.ToString(), out cursor));
        }

        Assert.Equal(rows.Select(e => e.Id.Value), walked);
        Assert.Equal("mailbox.created", (await feed.ReadAsync(owner, default, ["mailbox.created"], 100, TenancyHost.Soon())).Single().Type);
        Assert.Equal(["customer.created"], (await feed.ReadAsync(Actor.Of("x", Role.CustomerOwner, foreign.Path), default, [], 100, TenancyHost.Soon())).Select(e => e.Type));
        Assert.Empty(await feed.ReadAsync(Actor.Of("x", Role.CustomerUserManager, customer.Path), default, [], 100, TenancyHost.Soon()));
    }

    private static TenancyOptions Options(bool allowPrivate) => new()
    {
        ControlDatabase = "",
        CellDoors = new Dictionary<string, string>(),
        HostName = "mailfleet.test",
        KeyDirectory = "",
        WebhooksAllowPrivate = allowPrivate,
    };
}
