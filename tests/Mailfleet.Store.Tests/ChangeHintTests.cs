using System.Collections.Concurrent;
using Mailfleet.Cell;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Mailfleet.Testing;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

public sealed class ChangeHintTests(CellTemplate template)
{
    [Fact]
    public async Task SessionsOnEveryNodeHearOfEveryKindOfChange()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey bob = await cell.AddMailboxAsync("bob");
        await using MailStore here = await cell.OpenAsync(node: "here");
        await using MailStore there = await cell.OpenAsync(node: "there");
        Ear local = new();
        Ear remote = new();
        Ear other = new();
        using IDisposable first = here.Hints.Watch(alice, local.Hear);
        using IDisposable second = there.Hints.Watch(alice, remote.Hear);
        using IDisposable third = there.Hints.Watch(bob, other.Hear);
        await local.HearsMoreThanAsync(0, "the start");
        await remote.HearsMoreThanAsync(0, "the start");
        await other.HearsMoreThanAsync(0, "the start");
        int before = other.Count;

        Func<Task>[] changes =
        [
            () => here.DeliverAsync(Message(1), alice),
            () => here.Messages.MarkAsync(alice, [1], FlagChange.Add(FlagSet.TryCreate(MessageFlags.Seen)!), null, CancellationToken.None),
            () => here.Messages.CopyAsync(alice, [1], FolderId.Inbox, CancellationToken.None),
            () => here.Messages.MoveAsync(alice, [1], FolderId.Of(FolderRole.Trash), CancellationToken.None),
            () => here.DeleteAsync(alice, [1], CancellationToken.None),
            () => here.Folders.CreateAsync(alice, null, FolderName.TryParse("x")!.Value, CancellationToken.None),
        ];
        for (int i = 0; i < changes.Length; i++)
        {
            (int heardHere, int heardThere) = (local.Count, remote.Count);
            await changes[i]();
            await local.HearsMoreThanAsync(heardHere, $"change {i} on its own node");
            await remote.HearsMoreThanAsync(heardThere, $"change {i} on the other node");
        }

        Assert.Equal(before, other.Count);
    }

    [Fact]
    public async Task ManyChangesAreFewHints()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        MailboxKey last = await cell.AddMailboxAsync("last");
        await using MailStore here = await cell.OpenAsync(node: "here");
        await using MailStore there = await cell.OpenAsync(node: "there");
        Ear ear = new();
        Ear end = new();
        using IDisposable watching = there.Hints.Watch(alice, ear.Hear);
        using IDisposable watchingEnd = there.Hints.Watch(last, end.Hear);
        await ear.HearsMoreThanAsync(0, "the start");
        await end.HearsMoreThanAsync(0, "the start");
        (int before, int beforeEnd) = (ear.Count, end.Count);

        for (int i = 0; i < 20_000; i++)
            here.Hints.Announce(alice);
        here.Hints.Announce(last);

        await end.HearsMoreThanAsync(beforeEnd, "the last announcement");
        Assert.InRange(ear.Count - before, 1, 1_000);
    }

    [Fact]
    public async Task AfterALostConnectionEverybodyIsToldToLookAgain()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        Ear ear = new();
        using IDisposable watching = store.Hints.Watch(alice, ear.Hear);
        await ear.HearsMoreThanAsync(0, "the start");
        int before = ear.Count;

        await cell.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");

        await ear.HearsMoreThanAsync(before, "the return of the connection");
    }

    [Fact]
    public async Task WhoFailsOrHasGoneDoesNotKeepOthersFromHearing()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        MailboxKey alice = await cell.AddMailboxAsync("alice");
        await using MailStore store = await cell.OpenAsync();
        Ear gone = new();
        Ear ear = new();
        using IDisposable failing = store.Hints.Watch(alice, () => throw new InvalidOperationException("session"));
        IDisposable leaving = store.Hints.Watch(alice, gone.Hear);
        using IDisposable watching = store.Hints.Watch(alice, ear.Hear);
        await ear.HearsMoreThanAsync(0, "the start");
        leaving.Dispose();
        leaving.Dispose();
        (int before, int beforeGone) = (ear.Count, gone.Count);

        await store.DeliverAsync(Message(1), alice);

        await ear.HearsMoreThanAsync(before, "the delivery");
        Assert.Equal(beforeGone, gone.Count);
    }

    private sealed class Ear
    {
        private readonly ConcurrentQueue<bool> _heard = [];

        public int Count => _heard.Count;

        public void Hear() => _heard.Enqueue(true);

        public Task HearsMoreThanAsync(int before, string what) => Eventually.HoldsAsync(() => Task.FromResult(Count > before), $"a hint of {what}");
    }
}
