using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

public sealed class ResolveTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    private readonly MailDirectory _directory = new(cell.Cell, new DirectoryOptions(), TimeProvider.System, NullLogger<MailDirectory>.Instance);

    [Theory]
    [InlineData("anna")]
    [InlineData("ANNA")]
    [InlineData("aNnA")]
    public async Task CaseOfTheLocalPartDoesNotCount(string localPart)
    {
        string key = $"case{string.Concat(localPart.Select(c => char.IsUpper(c) ? '1' : '0'))}";
        await cell.AddAnnaAsync(key);
        MailboxEntry mailbox = await FindAsync($"{localPart}@{key}.test");
        Assert.Equal(($"anna@{key}.test", 1000), (mailbox.Address, mailbox.QuotaBytes));
    }

    [Fact]
    public async Task UnknownNamesAreToldApart()
    {
        await cell.AddAnnaAsync("apart");
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync("bob@apart.test"));
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("anna@elsewhere.test"));
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("anna@sub.apart.test"));
    }

    [Theory]
    [InlineData(DomainState.Pending)]
    [InlineData(DomainState.Released)]
    public async Task OnlyAnActiveDomainIsLocal(DomainState state)
    {
        await cell.AddAnnaAsync($"only{state:D}", state: state);
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync($"anna@only{state:D}.test"));
    }

    [Fact]
    public async Task UnknownIsAskedAgainAtOnce()
    {
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("anna@new.test"));
        await cell.AddAnnaAsync("new");
        await FindAsync("anna@new.test");
    }

    [Fact]
    public async Task ChangeIsSeenAfterOnePoll()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("quota");
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(1000, (await FindAsync("anna@quota.test")).QuotaBytes);

        await cell.UpsertAsync(anna with { Version = 2, QuotaBytes = 2000 });
        Assert.Equal(1000, (await FindAsync("anna@quota.test")).QuotaBytes); // really kept
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(2000, (await FindAsync("anna@quota.test")).QuotaBytes);
    }

    [Fact]
    public async Task DeletedAddressCanBeMadeAnew()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("again");
        await _directory.PollAsync(CancellationToken.None);
        MailboxEntry before = await FindAsync("anna@again.test");

        await cell.UpsertAsync(anna with { Version = 2, State = MailboxState.Deleted });
        await _directory.PollAsync(CancellationToken.None);
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync("anna@again.test"));

        await cell.UpsertAsync(anna with { Id = "mbx_again2" });
        Assert.NotEqual(before.Key, (await FindAsync("anna@again.test")).Key);
    }

    [Fact]
    public async Task ReleasedDomainTakesItsMailboxesAlong()
    {
        await cell.AddAnnaAsync("gone");
        await _directory.PollAsync(CancellationToken.None);
        await FindAsync("anna@gone.test");

        await cell.UpsertAsync(new DesiredBatch([], [new DesiredDomain("dom_gone", 2, "cus_gone", "gone.test", DomainState.Released)], []));
        await _directory.PollAsync(CancellationToken.None);
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("anna@gone.test"));
    }

    [Fact]
    public async Task ChangeOfALongTransactionIsNotMissed()
    {
        await cell.AddAnnaAsync("slow");
        await using Npgsql.NpgsqlConnection writer = await cell.Cell.OpenConnectionAsync();
        await using Npgsql.NpgsqlTransaction transaction = await writer.BeginTransactionAsync();
        await using Npgsql.NpgsqlCommand command = new(
            "UPDATE directory.mailbox SET quota_bytes = 5, changed_xid = pg_current_xact_id() WHERE public_id = 'mbx_slow'", writer);
        await command.ExecuteNonQueryAsync();

        // Later transactions commit and are looked at while the earlier one is still open.
        await cell.AddAnnaAsync("slow2");
        await _directory.PollAsync(CancellationToken.None);
        await cell.AddAnnaAsync("slow3");
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(1000, (await FindAsync("anna@slow.test")).QuotaBytes);

        await transaction.CommitAsync();
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(5, (await FindAsync("anna@slow.test")).QuotaBytes);
    }

    private async Task<Resolution> ResolveAsync(string address)
    {
        string[] parts = address.Split('@');
        return await _directory.ResolveAsync(new MailAddress(parts[0], parts[1]), CancellationToken.None);
    }

    private async Task<MailboxEntry> FindAsync(string address) => Assert.Single(Assert.IsType<Resolution.Found>(await ResolveAsync(address)).Mailboxes);
}
