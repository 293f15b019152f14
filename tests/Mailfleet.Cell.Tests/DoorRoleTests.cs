using Npgsql;

namespace Mailfleet.Cell.Tests;

public sealed class DoorRoleTests(CellFixture cell) : IClassFixture<CellFixture>
{
    [Theory]
    [InlineData("SELECT password_hash FROM directory.credential")]
    [InlineData("SELECT * FROM directory.credential")]
    [InlineData("UPDATE directory.credential SET command_version = 9 RETURNING password_hash")]
    [InlineData("COPY directory.credential TO STDOUT")]
    [InlineData("DELETE FROM directory.credential")]
    [InlineData("DELETE FROM directory.mailbox")]
    [InlineData("TRUNCATE directory.mailbox CASCADE")]
    [InlineData("SELECT * FROM cell.migration")]
    [InlineData("CREATE TABLE directory.mine (id int)")]
    [InlineData("SELECT * FROM queue.node")]
    public async Task CannotReadHashesOrDestroy(string sql)
    {
        await using NpgsqlCommand command = cell.DoorSource.CreateCommand(sql);
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("SELECT mailbox_id, command_version FROM directory.credential")]
    [InlineData("SELECT * FROM directory.customer, directory.domain, directory.mailbox")]
    public async Task ReadsBackWhatItWrites(string sql)
    {
        await using NpgsqlCommand command = cell.DoorSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
