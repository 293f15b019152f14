using Mailfleet.Cell.Door;
using Npgsql;

namespace Mailfleet.Cell.Tests;

public sealed class UsedBytesTests(CellFixture cell) : IClassFixture<CellFixture>
{
    [Fact]
    public async Task ReportsWhatTheStoreCounts()
    {
        DesiredDomain domain = await cell.AddDomainAsync("used");
        await cell.Door.UpsertAsync(
            new DesiredBatch([], [], [
                new DesiredMailbox("mbx_full", 1, domain.Id, "full", 1000, MailboxState.Active),
                new DesiredMailbox("mbx_empty", 1, domain.Id, "empty", 1000, MailboxState.Active)]),
            CancellationToken.None);
        await StandInAsync();
        await ExecuteAsync("INSERT INTO mail.mailbox (mailbox_id, used_bytes) SELECT id, 777 FROM directory.mailbox WHERE public_id = 'mbx_full'");

        IReadOnlyDictionary<string, long> used = await cell.Door.ReadUsedBytesAsync(["mbx_full", "mbx_empty", "mbx_unknown"], CancellationToken.None);

        Assert.Equal(new Dictionary<string, long> { ["mbx_full"] = 777, ["mbx_empty"] = 0 }, used);
    }

    // The two columns the door reads, where the store's migration has not made them.
    private Task StandInAsync() => ExecuteAsync(
        """
        CREATE SCHEMA IF NOT EXISTS mail;
        CREATE TABLE IF NOT EXISTS mail.mailbox (mailbox_id bigint PRIMARY KEY, used_bytes bigint NOT NULL);
        GRANT USAGE ON SCHEMA mail TO mailfleet_door;
        GRANT SELECT (mailbox_id, used_bytes) ON mail.mailbox TO mailfleet_door;
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = cell.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
