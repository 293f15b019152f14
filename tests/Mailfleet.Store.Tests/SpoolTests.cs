using Mailfleet.Cell;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Spooling;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class SpoolTests(CellTemplate template)
{
    private static readonly SpoolOptions Quick = new("unused") { Patience = TimeSpan.FromMilliseconds(100), ProbeInterval = TimeSpan.FromMilliseconds(20) };

    [Theory]
    [InlineData(500)]
    [InlineData(2_000_000)]
    public async Task MailIsKeptWhileTheDatabaseIsAwayAndBroughtInInOrderAfterwards(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultySpoolDisk spool = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: wire.Database, spool: spool);
        Assert.Equal(DeliveryStatus.Stored, await SpoolableAsync(store, Message(1, length), alice));

        wire.Off();
        for (int i = 2; i <= 6; i++)
            Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(i, length), alice));
        Assert.Equal(5, store.Spooled!.Messages);
        Assert.Equal(spool.List(SpoolState.Waiting).Sum(file => file.Length), store.Spooled.Bytes);
        wire.On();
        await DrainedAsync(store);

        Assert.Equal(DeliveryStatus.Stored, await SpoolableAsync(store, Message(7, length), alice));
        List<byte[]> found = await store.ReadInboxAsync(alice);
        Assert.Equal(Enumerable.Range(1, 7).Select(i => Message(i, length)).Order(Bytes), found.Order(Bytes));
        if (length < 1_000_000)
            Assert.Equal(Enumerable.Range(1, 7).Select(i => Message(i, length)), found);
        Assert.Empty(spool.List(SpoolState.Waiting));
        Assert.Empty(spool.List(SpoolState.Aside));
    }

    [Fact]
    public async Task SegmentThatIsFullWhenTheDatabaseGoesIsNoReasonToRefuse()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(
            cell.Options with { Spool = Quick with { Patience = TimeSpan.FromHours(1) }, SegmentBytes = 100 }, database: wire.Database, spool: new FaultySpoolDisk());
        Assert.Equal(DeliveryStatus.Stored, await SpoolableAsync(store, Message(1), alice));
        wire.Off();

        Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(2), alice));

        wire.On();
        await DrainedAsync(store);
        Assert.Equal([Message(1), Message(2)], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task ArrivalTimesAndTraceLinesOfEveryRecipientAreKept()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = [await cell.AddMailboxAsync("alice"), await cell.AddMailboxAsync("bob")];
        ShiftedClock clock = new() { Ahead = TimeSpan.FromDays(-100) };
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        FaultySpoolDisk spool = new();
        await using (MailStore first = await OpenAwayAsync(cell, wire, spool, clock))
            Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(first, Message(1), boxes));
        wire.On();

        await using MailStore second = await cell.OpenAsync(cell.Options with { Spool = Quick }, spool: spool);
        await DrainedAsync(second);

        foreach (MailboxKey box in boxes)
            Assert.Equal([Message(1)], await second.ReadInboxAsync(box));
        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message WHERE received_at BETWEEN now() - interval '101 days' AND now() - interval '99 days'"));
        Assert.Equal(1, await cell.ReadAsync<long>("SELECT count(*) FROM mail.blob"));
    }

    // The commit is done and its answer is lost, then the database stays away: the message goes to the spool and is found in the cell afterwards.
    [Theory]
    [InlineData(500)]
    [InlineData(2_000_000)]
    public async Task MessageOfAnUnclearCommitIsStoredOnce(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultySpoolDisk spool = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using CommitBreaker breaker = new("127.0.0.1", wire.Port);
        await using NpgsqlDataSource broken = cell.Connect(builder =>
        {
            builder.Host = "127.0.0.1";
            builder.Port = breaker.Port;
            builder.SslMode = SslMode.Disable;
        });
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: broken, spool: spool);
        Assert.Equal(DeliveryStatus.Stored, await SpoolableAsync(store, Message(1, length), alice));

        breaker.OnCut = wire.Off;
        breaker.NextCommit = CommitBreaker.Cut.AfterCommit;
        Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(2, length), alice));
        Assert.Equal(2, await cell.ReadAsync<long>("SELECT count(*) FROM mail.message"));
        wire.On();
        await DrainedAsync(store);

        Assert.Equal([Message(1, length), Message(2, length)], await store.ReadInboxAsync(alice));
    }

    [Fact]
    public async Task WhatMayNotBeSpooledIsRefused()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        FaultySpoolDisk spool = new();
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick, CommitTimeout = TimeSpan.FromMilliseconds(300) }, database: wire.Database, spool: spool);
        wire.Off();

        Assert.Equal(DeliveryStatus.Failed, (await store.DeliverAsync(Message(1), alice)).Status);
        Assert.Equal(DeliveryStatus.Failed, (await store.DeliverAsync(Message(2, 2_000_000), alice)).Status);

        Assert.Empty(spool.List(SpoolState.Waiting));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2_000_000)]
    public async Task FullSpoolRefusesAndTakesAgainWhenItIsDrained(int length)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(
            cell.Options with { Spool = Quick with { MaxBytes = 3 * (length + 200) } }, database: wire.Database, spool: new FaultySpoolDisk());
        wire.Off();

        DeliveryStatus[] answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => SpoolableAsync(store, Message(i, length), alice)));

        int taken = answers.Count(answer => answer == DeliveryStatus.Spooled);
        Assert.InRange(taken, 1, 3);
        Assert.Equal(8 - taken, answers.Count(answer => answer == DeliveryStatus.Failed));
        Assert.False(store.CanTake(3 * (length + 200)));
        wire.On();
        await DrainedAsync(store);
        Assert.True(store.CanTake(long.MaxValue / 2));
        Assert.Equal(taken, (await store.ReadInboxAsync(alice)).Count);
    }

    [Fact]
    public async Task SpoolWhoseOldestMessageIsTooOldTakesNoMore()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        ShiftedClock clock = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await OpenAwayAsync(cell, wire, new FaultySpoolDisk(), clock);
        Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(1), alice));

        clock.Ahead = Quick.MaxAge;

        Assert.False(store.CanTake(1));
        Assert.Equal(DeliveryStatus.Failed, await SpoolableAsync(store, Message(2), alice));
        Assert.Equal(1, store.Spooled!.Messages);
    }

    [Fact]
    public async Task MessageForAMailboxThatIsGoneIsSetAsideAndItsOtherRecipientsGetIt()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = [await cell.AddMailboxAsync("alice"), await cell.AddMailboxAsync("bob")];
        FaultySpoolDisk spool = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: wire.Database, spool: spool);
        wire.Off();
        Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(1), boxes));
        await cell.ExecuteAsync("UPDATE directory.mailbox SET state = 9 WHERE local_part = 'bob'");
        wire.On();
        await DrainedAsync(store);

        Assert.Equal([Message(1)], await store.ReadInboxAsync(boxes[0]));
        (long aside, _) = Assert.Single(spool.List(SpoolState.Aside));
        Assert.Equal(1, store.Spooled!.AsideFiles);
        Assert.True(spool.BytesOf(aside, SpoolState.Aside).AsSpan().IndexOf(Message(1)) >= 0);
    }

    [Fact]
    public async Task MailboxThatIsFullByNowGetsWhatWasAccepted()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: wire.Database, spool: new FaultySpoolDisk());
        wire.Off();
        Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(1), alice));
        await cell.ExecuteAsync("UPDATE directory.mailbox SET quota_bytes = 1");
        wire.On();
        await DrainedAsync(store);

        Assert.Equal([Message(1)], await store.ReadInboxAsync(alice));
        Assert.Equal(DeliveryStatus.OverQuota, await SpoolableAsync(store, Message(2), alice));
    }

    [Theory]
    [InlineData(60)]        // in the payload: that message alone
    [InlineData(20)]        // in the head: nothing after it can be found
    public async Task DamageIsSetAsideAndTheRestGoesIn(int position)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultySpoolDisk spool = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: wire.Database, spool: spool);
        wire.Off();
        for (int i = 1; i <= 3; i++)
            Assert.Equal(DeliveryStatus.Spooled, await SpoolableAsync(store, Message(i), alice));
        spool.Damage(spool.List(SpoolState.Waiting)[1].File, position);
        wire.On();
        await DrainedAsync(store);

        Assert.Equal([Message(1), Message(3)], await store.ReadInboxAsync(alice));
        Assert.Single(spool.List(SpoolState.Aside));
    }

    // The database refuses this one message and no other: it must not hold up the rest for ever.
    [Fact]
    public async Task PoisonIsSetAsideAndTheRestGoesIn()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        FaultySpoolDisk spool = new();
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        await using MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick }, database: wire.Database, spool: spool);
        wire.Off();
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 5).Select(i => SpoolableAsync(store, Message(i, 500 + i), alice))), answer => Assert.Equal(DeliveryStatus.Spooled, answer));
        await cell.ExecuteAsync("ALTER TABLE mail.blob ADD CHECK (size_bytes <> 503)");
        wire.On();
        await DrainedAsync(store);

        Assert.Equal(((int[])[1, 2, 4, 5]).Select(i => Message(i, 500 + i)).Order(Bytes), (await store.ReadInboxAsync(alice)).Order(Bytes));
        (long aside, _) = Assert.Single(spool.List(SpoolState.Aside));
        Assert.True(spool.BytesOf(aside, SpoolState.Aside).AsSpan().IndexOf(Message(3, 503)) >= 0);
    }

    /// <summary>Power is cut at the first operation of the spool's disk, then at the second, and so on until a run gets through, outage and drain; then each operation fails once.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task FaultAtAnyDiskOperationLosesNothingThatWasAcknowledged(int seed, bool isPowerCut)
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey[] boxes = [await cell.AddMailboxAsync("alice"), await cell.AddMailboxAsync("bob")];
        StoreOptions options = cell.Options with { StreamThresholdBytes = 6_000, Spool = Quick with { Patience = TimeSpan.Zero } };
        await using DatabaseSwitch wire = DatabaseSwitch.To(cell);
        Random random = new(seed);
        FaultySpoolDisk spool = new();
        HashSet<int> acknowledged = [];
        int sent = 0;
        bool hasGotThrough = false;
        for (int fault = 1; !hasGotThrough; fault++)
        {
            (spool.PowerCutAt, spool.FailAt) = isPowerCut ? (fault, 0) : (0, spool.Operations + fault);
            try
            {
                await using MailStore store = await cell.OpenAsync(options, database: wire.Database, spool: spool);
                wire.Off();
                int first = sent;
                sent += 6;
                await Task.WhenAll(Enumerable.Range(first, 6).Select(async i =>
                {
                    DeliveryStatus answer = await SpoolableAsync(store, Message(i, i % 6 == 5 ? 20_000 : 800), boxes[i % 2]);
                    Assert.True(answer is DeliveryStatus.Spooled or DeliveryStatus.Failed, answer.ToString());
                    if (answer != DeliveryStatus.Failed)
                    {
                        lock (acknowledged)
                            acknowledged.Add(i);
                    }
                }));
                wire.On();
                await Eventually.HoldsAsync(() => Task.FromResult(spool.IsPowerLost || store.Spooled!.Messages == 0), "the spool is drained or the power lost");
            }
            catch (IOException) when (spool.IsPowerLost)
            {
                wire.On();      // the cut came while the store opened
            }

            hasGotThrough = isPowerCut ? !spool.IsPowerLost : fault > 60;
            if (isPowerCut)
                spool = spool.AfterPowerCut(random);
        }

        await using MailStore last = await cell.OpenAsync(options, spool: spool);
        await DrainedAsync(last);
        Assert.Empty(spool.List(SpoolState.Aside));
        Assert.True(acknowledged.Count > 20, $"only {acknowledged.Count} messages were acknowledged");
        for (int box = 0; box < 2; box++)
        {
            List<string> found = [.. (await last.ReadInboxAsync(boxes[box])).Select(Convert.ToHexString)];
            Assert.Equal(found.Distinct().Count(), found.Count);
            Assert.All(acknowledged.Where(i => i % 2 == box), i => Assert.Contains(Convert.ToHexString(Message(i, i % 6 == 5 ? 20_000 : 800)), found));
        }

        Assert.True((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).IsClean);
    }

    private static IComparer<byte[]> Bytes { get; } = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    private static Task DrainedAsync(MailStore store) => Eventually.HoldsAsync(() => Task.FromResult(store.Spooled!.Messages == 0), "the spool is drained");

    /// <summary>A store whose database goes right after it has opened; its clock is the test's.</summary>
    private static async Task<MailStore> OpenAwayAsync(TestCell cell, DatabaseSwitch wire, FaultySpoolDisk spool, TimeProvider clock)
    {
        MailStore store = await cell.OpenAsync(cell.Options with { Spool = Quick with { Patience = TimeSpan.Zero } }, database: wire.Database, spool: spool, clock: clock);
        wire.Off();
        return store;
    }

    private static async Task<DeliveryStatus> SpoolableAsync(MailStore store, byte[] content, params MailboxKey[] mailboxes)
    {
        await using IncomingMessage message = store.Receive(maySpool: true);
        await message.WriteAsync(content, CancellationToken.None);
        return (await store.DeliverAsync(message, [.. mailboxes.Select(mailbox => new DeliveryTarget(mailbox, Sender, AddressOf(mailbox)))])).Status;
    }
}
