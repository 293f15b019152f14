using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Directory.Snapshots;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Mailfleet.Directory.Tests;

/// <summary>What a node's disk says of addresses while the cell's database is away.</summary>
public sealed class SnapshotTests(DirectoryFixture fixture) : IClassFixture<DirectoryFixture>, IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mailfleet-{Guid.NewGuid():N}");
    private readonly FakeVerifier _verifier = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    // Nobody listens there.
    private readonly NpgsqlDataSource _away = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");

    private string Snapshot => Path.Combine(_folder, "spool", "addresses");

    public void Dispose()
    {
        _away.Dispose();
        if (System.IO.Directory.Exists(_folder))
            System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task StartedAnewWithoutDatabaseItAnswersAsTheDatabaseDid()
    {
        await fixture.UpsertAsync(new DesiredBatch(
            [new DesiredCustomer("cus_s1", 1, CustomerState.Active), new DesiredCustomer("cus_s2", 1, CustomerState.Deferring) { RefusalText = "Later" }],
            [new DesiredDomain("dom_s4", 1, "cus_s2", "s1-closed.test", DomainState.Active), new DesiredDomain("dom_s1", 1, "cus_s1", "s1.test", DomainState.Active), new DesiredDomain("dom_s2", 1, "cus_s1", "s1-b.test", DomainState.Active), new DesiredDomain("dom_s3", 1, "cus_s1", "s1.test.test", DomainState.Pending)],
            [
                new DesiredMailbox("mbx_s1", 1, "dom_s1", "zoe", 1, MailboxState.Active), new DesiredMailbox("mbx_s2", 1, "dom_s1", "anna", 2, MailboxState.Active),
                new DesiredMailbox("mbx_s3", 1, "dom_s1", "äöü", 3, MailboxState.Active), new DesiredMailbox("mbx_s4", 1, "dom_s1", "𐍈", 4, MailboxState.Active), new DesiredMailbox("mbx_s5", 1, "dom_s1", "ﬀ", 5, MailboxState.Active),
                new DesiredMailbox("mbx_s6", 1, "dom_s2", "ben", 6, MailboxState.Active), new DesiredMailbox("mbx_s7", 1, "dom_s3", "nobody", 7, MailboxState.Active),
            ])
        {
            Aliases =
            [
                new DesiredAlias("als_s1", 1, "dom_s1", "team", ["zoe@s1.test", "anna@s1.test", "ben@s1-b.test"], AliasState.Active),
                new DesiredAlias("als_s2", 1, "dom_s1", "anna", ["anna@s1.test", "ben@s1-b.test"], AliasState.Active),
                new DesiredAlias("als_s3", 1, "dom_s2", "*", ["ben@s1-b.test"], AliasState.Active),
                new DesiredAlias("als_s4", 1, "dom_s1", "out", ["friend@elsewhere.test"], AliasState.Active),
                new DesiredAlias("als_s5", 1, "dom_s1", "ring", ["ring@s1.test"], AliasState.Active),
            ],
        });
        MailDirectory directory = await WrittenAsync();
        MailDirectory later = Open(_away);
        Assert.False(await later.PollAsync(CancellationToken.None));

        string[] known =
        [
            "zoe@s1.test", "Anna@s1.test", "anna+shop@s1.test", "äöü@s1.test", "𐍈@s1.test", "ﬀ@s1.test", "team@s1.test", "any@s1-b.test", "out@s1.test", "ring@s1.test",
            "postmaster@s1.test", "abuse@s1-b.test", "anybody@s1-closed.test",
        ];
        foreach (string address in known)
        {
            MailAddress parsed = MailAddress.Parse(address)!;
            Assert.Equivalent(await directory.ResolveAsync(parsed, CancellationToken.None), await later.ResolveForReceivingAsync(parsed, CancellationToken.None), strict: true);
        }

        foreach (string unknown in (string[])["nobody@s1.test.test", "carl@s1.test", "someone@elsewhere.test"])
            Assert.IsType<Resolution.Unknown>(await later.ResolveForReceivingAsync(MailAddress.Parse(unknown)!, CancellationToken.None));
    }

    [Fact]
    public async Task NobodyLogsInByIt()
    {
        await fixture.AddAnnaAsync("snaplogin", _verifier.HashOf("secret"));
        MailDirectory directory = await WrittenAsync();
        Assert.IsType<LogInResult.Accepted>(await directory.AuthenticateAsync("anna@snaplogin.test", "secret", CancellationToken.None));

        MailDirectory later = Open(_away);
        Assert.False(await later.PollAsync(CancellationToken.None));

        Assert.IsType<Resolution.Found>(await later.ResolveForReceivingAsync(MailAddress.Parse("anna@snaplogin.test")!, CancellationToken.None));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => later.AuthenticateAsync("anna@snaplogin.test", "secret", CancellationToken.None));
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await later.ResolveAsync(MailAddress.Parse("anna@snaplogin.test")!, CancellationToken.None));
        Assert.DoesNotContain(_verifier.HashOf("secret"), await File.ReadAllTextAsync(Snapshot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesAreWrittenAfterTheIntervalAndNothingElseIs()
    {
        await fixture.AddAnnaAsync("snapchange");
        MailDirectory directory = await WrittenAsync();
        DateTimeOffset first = Load()!.TakenAt;
        DesiredMailbox added = new("mbx_snapchange2", 1, "dom_snapchange", "new", 1, MailboxState.Active);
        await fixture.UpsertAsync(added);
        Assert.True(await directory.PollAsync(CancellationToken.None));

        await directory.KeepSnapshotAsync(CancellationToken.None);
        Assert.Equal(first, Load()!.TakenAt);
        _clock.Advance(new DirectoryOptions().SnapshotInterval);
        await directory.KeepSnapshotAsync(CancellationToken.None);

        Assert.True(Load()!.TakenAt > first);
        AddressKey name = new("new", "snapchange.test");
        Assert.NotNull((await Load()!.FindNamesAsync([name], CancellationToken.None))[name].Mailbox);
        DateTimeOffset second = Load()!.TakenAt;
        _clock.Advance(new DirectoryOptions().SnapshotInterval);
        await directory.KeepSnapshotAsync(CancellationToken.None);
        Assert.Equal(second, Load()!.TakenAt);
    }

    [Fact]
    public async Task FileThatIsTooOldIsNotBelieved()
    {
        await fixture.AddAnnaAsync("snapold");
        MailDirectory directory = await WrittenAsync();
        MailDirectory later = Open(_away);
        Assert.False(await later.PollAsync(CancellationToken.None));
        Assert.True(later.CanResolve);

        _clock.Advance(new DirectoryOptions().SnapshotMaxAge);

        Assert.IsType<Resolution.Unknown>(await later.ResolveForReceivingAsync(MailAddress.Parse("anna@snapold.test")!, CancellationToken.None));
        Assert.False(later.CanResolve);
    }

    [Fact]
    public async Task DamagedOrCutFileIsNoFile()
    {
        await fixture.AddAnnaAsync("snapdamage");
        MailDirectory directory = await WrittenAsync();
        byte[] whole = await File.ReadAllBytesAsync(Snapshot);
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. whole];
            int place = round < 64 ? round : random.Next(bytes.Length);
            bytes[place] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Snapshot, bytes);
            Assert.Null(Load());
            await File.WriteAllBytesAsync(Snapshot, whole[..place]);
            Assert.Null(Load());
        }
    }

    // Killed in the middle of a writing: the unfinished file is nobody's, the old one is whole, and the next writing goes through.
    [Fact]
    public async Task InterruptedWritingLeavesTheOldFile()
    {
        await fixture.AddAnnaAsync("snapcut");
        MailDirectory directory = await WrittenAsync();
        byte[] whole = await File.ReadAllBytesAsync(Snapshot);
        await File.WriteAllBytesAsync(Snapshot + ".new", whole[..(whole.Length / 2)]);

        Assert.NotNull(Load());
        MailDirectory again = await WrittenAsync();
        Assert.NotNull(Load());
        Assert.False(File.Exists(Snapshot + ".new"));
    }

    private AddressSnapshot? Load() => AddressSnapshot.TryLoad(Snapshot);

    private async Task<MailDirectory> WrittenAsync()
    {
        MailDirectory directory = Open(fixture.Cell);
        Assert.True(await directory.PollAsync(CancellationToken.None));
        await directory.KeepSnapshotAsync(CancellationToken.None);
        Assert.NotNull(Load());
        return directory;
    }

    private MailDirectory Open(NpgsqlDataSource cell) =>
        new(cell, new DirectoryOptions { SnapshotFile = Snapshot }, _clock, NullLogger.Instance, _verifier.Verify);
}
