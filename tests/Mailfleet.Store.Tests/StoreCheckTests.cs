using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Tests.Support;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class StoreCheckTests(CellTemplate template)
{
    [Theory]
    [InlineData("UPDATE mail.mailbox SET used_bytes = used_bytes + 1", "mailbox 1: used bytes are 1672 and should be 1671")]
    [InlineData("UPDATE mail.mailbox SET next_email_id = 3", "mailbox 1: next e-mail id is 3 and should be 4")]
    [InlineData("UPDATE mail.mailbox SET modseq = 1", "mailbox 1: modseq is 1 and should be 3")]
    [InlineData("UPDATE mail.mailbox SET next_folder_id = 1", "mailbox 1: next folder id is 1 and should be 2")]
    [InlineData("DELETE FROM mail.mailbox", "mailbox 1: used bytes are -1 and should be 1671")]
    [InlineData("UPDATE mail.folder SET total_count = 0", "mailbox 1, folder 1: message count is 0 and should be 3")]
    [InlineData("UPDATE mail.folder SET total_bytes = 0", "mailbox 1, folder 1: bytes are 0 and should be 1671")]
    [InlineData("UPDATE mail.folder SET seen_count = 1", "mailbox 1, folder 1: seen count is 1 and should be 0")]
    [InlineData("UPDATE mail.message SET flags = 1 WHERE uid = 2", "mailbox 1, folder 1: seen count is 0 and should be 1")]
    [InlineData(
        "UPDATE mail.message SET received_at = received_at + interval '1 day' WHERE uid = 1",
        "mailbox 1, folder 1: UIDs are in order of arrival from 1 and should be from 4")]
    [InlineData("UPDATE mail.folder SET uid_next = 2", "mailbox 1, folder 1: UIDNEXT is 2 and should be 4")]
    [InlineData("UPDATE mail.folder SET highest_modseq = 2", "mailbox 1, folder 1: HIGHESTMODSEQ is 2 and should be 3")]
    [InlineData("UPDATE mail.message SET modseq = 1 WHERE uid = 2", "mailbox 1: message 2 has no change row at its modseq 1")]
    [InlineData("DELETE FROM mail.message WHERE uid = 2", "mailbox 1: message 2 went after modseq 2 and has no tombstone")]
    [InlineData("INSERT INTO mail.change (mailbox_id, modseq, email_id, kind) VALUES (1, 3, 2, 9)", "mailbox 1: message 2 is there and has a tombstone of modseq 3")]
    [InlineData("UPDATE mail.message SET keywords = '{b,a}' WHERE uid = 2", "mailbox 1: message 2 has keywords that are not sorted lower-case atoms")]
    [InlineData("UPDATE mail.message SET keywords = '{}' WHERE uid = 2", "mailbox 1: message 2 has keywords that are not sorted lower-case atoms")]
    [InlineData("UPDATE mail.message SET keywords = '{A}' WHERE uid = 2", "mailbox 1: message 2 has keywords that are not sorted lower-case atoms")]
    [InlineData("UPDATE mail.folder SET parent_id = 5", "mailbox 1: folder 1 is in folder 5, which has no row")]
    [InlineData("UPDATE mail.folder SET parent_id = 1", "mailbox 1: folder 1 is inside itself")]
    [InlineData(
        "INSERT INTO mail.folder (mailbox_id, folder_id, parent_id, name, uid_validity) VALUES (1, 7, 8, 'a', 1), (1, 8, 7, 'b', 1)",
        "mailbox 1: folder 7 is inside itself")]
    public async Task WhatCanBePutRightIsFoundAndRepaired(string damage, string expected)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await FilledAsync(cell);
        await cell.ExecuteAsync(damage);

        StoreCheckReport found = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None);
        StoreCheckReport repaired = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Repair: true), CancellationToken.None);
        StoreCheckReport afterwards = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(), CancellationToken.None);

        Assert.False(found.IsClean);
        Assert.Contains(new StoreProblem(expected), found.Problems);
        Assert.True(repaired.IsClean);
        Assert.Contains(new StoreProblem(expected, IsRepaired: true), repaired.Problems);
        Assert.Empty(afterwards.Problems);
    }

    [Theory]
    [InlineData("DELETE FROM mail.blob WHERE id = (SELECT min(id) FROM mail.blob)", "mailbox 1: message 1 refers to blob *, which has no row")]
    [InlineData("UPDATE mail.message SET folder_id = 5 WHERE uid = 2", "mailbox 1: message 2 is in folder 5, which has no row")]
    [InlineData(
        "ALTER TABLE mail.message DROP CONSTRAINT message_mailbox_id_folder_id_uid_key; UPDATE mail.message SET uid = 1 WHERE uid = 2",
        "mailbox 1, folder 1: UID 1 is given to 2 messages")]
    [InlineData("UPDATE mail.message SET size_bytes = 9 WHERE uid = 2", "mailbox 1: message 2 says 9 bytes and has 557")]
    [InlineData("UPDATE mail.folder SET role = 4", "mailbox 1: folder 1 has the role 4")]
    [InlineData("UPDATE mail.segment SET state = 2", "segment *: it has no row or is dead, and message * stands in it")]
    [InlineData("DELETE FROM mail.segment", "segment *: it has no row or is dead, and message * stands in it")]
    [InlineData("UPDATE mail.blob SET position = 0", "segment *: messages * and * stand at the same position")]
    [InlineData("UPDATE mail.blob SET position = position + 1", "message *: Segment * has no record of message * with 500 bytes at *")]
    [InlineData("UPDATE mail.blob SET size_bytes = 501", "message *: Segment * has no record of message * with 501 bytes at *")]
    [InlineData("UPDATE mail.blob SET segment_id = 1", "message *: Could not find file *0000000000000001.seg*")]
    public async Task WrongRowIsFound(string damage, string expected)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await FilledAsync(cell);
        await cell.ExecuteAsync(damage);

        StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Repair: true), CancellationToken.None);

        Assert.False(report.IsClean);
        Assert.Contains(report.Problems, problem => IsLike(problem.Text, expected) && !problem.IsRepaired);
    }

    [Fact]
    public async Task DamagedBytesAreFoundByDeepCheckAndCutOnesByBoth()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        FaultyDisk disk = new();
        await using MailStore store = await FilledAsync(cell, disk);
        long segment = await cell.ReadAsync<long>("SELECT max(segment_id) FROM mail.blob");
        long length = disk.List()[segment];

        disk.Damage(segment, 100);
        Assert.Empty((await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
        StoreProblem damaged = Assert.Single((await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
        Assert.EndsWith("are damaged.", damaged.Text, StringComparison.Ordinal);

        disk.Damage(segment, 100);
        disk.Cut(segment, length - 1);
        StoreProblem cut = Assert.Single((await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(), CancellationToken.None)).Problems);
        Assert.Contains("ends before byte", cut.Text, StringComparison.Ordinal);
        Assert.False((await StoreCheck.RunAsync(disk, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).IsClean);
    }

    [Fact]
    public async Task DeletedMailIsGarbageAndNoProblem()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await FilledAsync(cell);

        await store.DeleteAsync(new MailboxKey(1), [1, 2], CancellationToken.None);
        StoreCheckReport report = await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None);

        Assert.Empty(report.Problems);
        Assert.Equal((1, 3, 1, 3 * 560, 2 * 560), (report.Messages, report.Blobs, report.Segments, report.StoredBytes, report.GarbageBytes));
    }

    /// <summary>Mailbox 1 with three messages of 500 bytes, 557 with their trace lines.</summary>
    private static async Task<MailStore> FilledAsync(TestCell cell, FaultyDisk? disk = null)
    {
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailStore store = await cell.OpenAsync(disk: disk);
        for (int i = 0; i < 3; i++)
            Assert.Equal(DeliveryStatus.Stored, (await store.DeliverAsync(Message(i), alice)).Status);
        return store;
    }

    private static bool IsLike(string text, string pattern)
    {
        int at = 0;
        foreach (string part in pattern.Split('*'))
        {
            at = text.IndexOf(part, at, StringComparison.Ordinal);
            if (at < 0)
                return false;
            at += part.Length;
        }

        return true;
    }
}
