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
    [InlineData("DELETE FROM directory.alias")]
    [InlineData("SELECT * FROM cell.migration")]
    [InlineData("CREATE TABLE directory.mine (id int)")]
    [InlineData("SELECT * FROM queue.node")]
    [InlineData("SELECT * FROM queue.message")]
    [InlineData("SELECT * FROM queue.recipient")]
    [InlineData("SELECT * FROM queue.sender_secret")]
    [InlineData("DELETE FROM queue.trace")]
    [InlineData("SELECT * FROM mail.blob")]
    [InlineData("SELECT * FROM mail.segment")]
    [InlineData("SELECT * FROM mail.message")]
    [InlineData("SELECT * FROM mail.message_00")]
    [InlineData("SELECT * FROM mail.mailbox")]
    [InlineData("UPDATE mail.mailbox SET used_bytes = 0")]
    [InlineData("SELECT * FROM mail.pool_share")]
    [InlineData("UPDATE mail.pool SET reserved_bytes = 0")]
    [InlineData("SELECT mail.fold_shares()")]
    public async Task CannotReadHashesOrMailOrDestroy(string sql)
    {
        await using NpgsqlCommand command = cell.DoorSource.CreateCommand(sql);
        PostgresException refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("SELECT mailbox_id, command_version FROM directory.credential")]
    [InlineData("SELECT * FROM directory.customer, directory.domain, directory.mailbox, directory.alias")]
    public async Task ReadsBackWhatItWrites(string sql)
    {
        await using NpgsqlCommand command = cell.DoorSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
