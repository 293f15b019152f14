using Mailfleet.Directory.Cache;

namespace Mailfleet.Directory.Tests;

public sealed class DirectoryCacheTests
{
    private static readonly AddressKey A = new("a", "x.test");
    private static readonly AddressKey B = new("b", "x.test");
    private static readonly AddressKey C = new("c", "y.test");

    private readonly DirectoryCache<string> _cache = new(2);

    [Fact]
    public void ForgetsTheLongestUnusedWhenFull()
    {
        Add(A, mailbox: 1);
        Add(B, mailbox: 2);
        Assert.True(_cache.TryGet(A, out _));
        Add(C, mailbox: 3);

        Assert.True(_cache.TryGet(A, out _));
        Assert.False(_cache.TryGet(B, out _));
        Assert.True(_cache.TryGet(C, out _));
    }

    [Fact]
    public void DropsExactlyWhatChanged()
    {
        Add(A, mailbox: 1, domain: 10);
        Add(C, mailbox: 3, domain: 20);

        _cache.Drop(Change(mailbox: 3));
        Assert.True(_cache.TryGet(A, out _));
        Assert.False(_cache.TryGet(C, out _));

        _cache.Drop(Change(domain: 10));
        Assert.False(_cache.TryGet(A, out _));
    }

    [Fact]
    public void CustomerChangeDropsAllOfIt()
    {
        Add(A, mailbox: 1, domain: 10, customer: 5);
        Add(C, mailbox: 3, domain: 20, customer: 5);
        _cache.Drop([RowKey.Customer(5)]);
        Assert.False(_cache.TryGet(A, out _));
        Assert.False(_cache.TryGet(C, out _));
    }

    [Fact]
    public void NameTakenByAnotherRowDropsTheAnswer()
    {
        DirectoryCache<string> cache = new(10);
        cache.Add(A, [RowKey.Mailbox(1), RowKey.NameOf(10, "a")], "answer", cache.Generation);
        cache.Drop([RowKey.NameOf(10, "b"), RowKey.NameOf(11, "a"), RowKey.Alias(1)]);
        Assert.True(cache.TryGet(A, out _));

        cache.Drop([RowKey.NameOf(10, "a")]);
        Assert.False(cache.TryGet(A, out _));
    }

    [Fact]
    public void AnswerReadBeforeItsChangeIsNotKept()
    {
        long asOf = _cache.Generation;
        _cache.Drop(Change(mailbox: 1));
        Add(A, mailbox: 1, asOf: asOf);
        Add(B, mailbox: 2, asOf: asOf);

        Assert.False(_cache.TryGet(A, out _));
        Assert.True(_cache.TryGet(B, out _)); // another's change does not harm
    }

    [Fact]
    public void AnswerReadAfterTheLastChangeIsKept()
    {
        _cache.Drop(Change(mailbox: 1));
        Add(A, mailbox: 1);
        Assert.True(_cache.TryGet(A, out _));
    }

    [Fact]
    public void MoreChangesThanAreRememberedForgetEverything()
    {
        long asOf = _cache.Generation;
        Add(A, mailbox: 1);
        for (int i = 0; i < 3; i++)
            _cache.Drop(Change(mailbox: 1000 + i));
        Add(B, mailbox: 2, asOf: asOf); // nobody knows any more whether it has changed

        Assert.False(_cache.TryGet(A, out _));
        Assert.False(_cache.TryGet(B, out _));
        Add(B, mailbox: 2);
        Assert.True(_cache.TryGet(B, out _));
    }

    [Fact]
    public void NewAnswerReplacesTheOld()
    {
        Add(A, mailbox: 1);
        _cache.Add(A, [RowKey.Mailbox(9)], "newer", _cache.Generation);
        Add(B, mailbox: 2);

        Assert.True(_cache.TryGet(A, out string? answer));
        Assert.Equal("newer", answer);
    }

    [Fact]
    public void ClearForgetsWhatIsBeingLoadedToo()
    {
        Add(A, mailbox: 1);
        long asOf = _cache.Generation;
        _cache.Clear();
        Add(B, mailbox: 2, asOf: asOf);
        Assert.False(_cache.TryGet(A, out _));
        Assert.False(_cache.TryGet(B, out _));
    }

    private void Add(AddressKey address, long mailbox, long domain = 10, long customer = 1, long? asOf = null) =>
        _cache.Add(address, [RowKey.Customer(customer), RowKey.Domain(domain), RowKey.Mailbox(mailbox)], "answer", asOf ?? _cache.Generation);

    private static RowKey[] Change(long? mailbox = null, long? domain = null) =>
        [.. mailbox is { } box ? [RowKey.Mailbox(box)] : Array.Empty<RowKey>(), .. domain is { } name ? [RowKey.Domain(name)] : Array.Empty<RowKey>()];
}
