using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

/// <summary>Each test has a domain of its own with the mailboxes anna, bob and carl.</summary>
public sealed class AliasTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    private readonly MailDirectory _directory = new(cell.Cell, new DirectoryOptions(), TimeProvider.System, NullLogger<MailDirectory>.Instance);
    private string _key = "";

    [Fact]
    public async Task AliasLeadsToItsMailboxUnderItsSubAddressesToo()
    {
        await PrepareAsync("one");
        await AliasAsync("info", "anna");
        Assert.Equal(["anna"], await FindAsync("info"));
        Assert.Equal(["anna"], await FindAsync("Info+shop"));
    }

    [Fact]
    public async Task GroupReachesEachMailboxOnce()
    {
        await PrepareAsync("group");
        await AliasAsync("staff", "anna", "bob", "anna+list");
        await AliasAsync("all", "staff", "bob", "carl");
        Assert.Equal(["anna", "bob", "carl"], await FindAsync("all"));
    }

    [Fact]
    public async Task CatchAllTakesWhatNobodyHas()
    {
        await PrepareAsync("any");
        await AliasAsync(DesiredAlias.CatchAll, "bob");
        Assert.Equal(["bob"], await FindAsync("nobody"));
        Assert.Equal(["bob"], await FindAsync("nobody+x"));
        Assert.Equal(["anna"], await FindAsync("anna+x"));
    }

    [Fact]
    public async Task DomainAliasKeepsTheLocalPart()
    {
        await PrepareAsync("real");
        await cell.UpsertAsync(new DesiredBatch([], [new DesiredDomain("dom_other", 1, "cus_real", "other.test", DomainState.Active)], [])
        {
            Aliases = [new DesiredAlias("als_other", 1, "dom_other", DesiredAlias.CatchAll, ["*@real.test"], AliasState.Active)],
        });
        await AliasAsync("bob", "bob", "carl");
        await AliasAsync("team", "anna@other.test", "bob@other.test", "carl+x@other.test");
        Assert.Equal(["anna"], await FindAsync("anna", "other.test"));
        Assert.Equal(["anna"], await FindAsync("anna+x", "other.test"));
        Assert.Equal(["bob", "carl"], await FindAsync("bob", "other.test"));
        Assert.Equal(["anna", "bob", "carl"], await FindAsync("team")); // one domain alias is passed once for each local part
        Assert.IsType<Resolution.NoSuchMailbox>(await _directory.ResolveAsync(new MailAddress("nobody", "other.test"), CancellationToken.None));
    }

    [Fact]
    public async Task DomainAliasesOfEachOtherAreALoop()
    {
        await PrepareAsync("east");
        await PrepareAsync("west");
        await AliasAsync(DesiredAlias.CatchAll, "*@east.test");
        _key = "east";
        await AliasAsync(DesiredAlias.CatchAll, "*@west.test");
        Assert.IsType<Resolution.Loop>(await ResolveAsync("nobody"));
        Assert.Equal(["anna"], await FindAsync("anna"));
    }

    [Theory]
    [InlineData("gone", "bob")]
    [InlineData("kept", "anna,bob", "anna")]
    public async Task ForwardGoesBeforeItsMailboxAndKeepsACopyWhenItNamesItself(string key, string reached, string? itself = null)
    {
        await PrepareAsync(key);
        await AliasAsync("anna", [.. itself is null ? Array.Empty<string>() : [itself], "bob"]);
        Assert.Equal(reached.Split(','), await FindAsync("anna"));
        Assert.Equal(reached.Split(','), await FindAsync("anna+x"));
    }

    // The mailbox behind a forward must be reached whichever way leads there first.
    [Theory]
    [InlineData("wayone", "anna", "way")]
    [InlineData("waytwo", "way", "anna")]
    public async Task CopyIsKeptInEveryOrderOfTargets(string key, string first, string second)
    {
        await PrepareAsync(key);
        await AliasAsync("anna", "anna");
        await AliasAsync("way", "anna");
        await AliasAsync("both", first, second);
        Assert.Equal(["anna"], await FindAsync("both"));
    }

    [Fact]
    public async Task ForwardsToEachOtherThatKeepCopiesEnd()
    {
        await PrepareAsync("mutual");
        await AliasAsync("anna", "anna", "bob");
        await AliasAsync("bob", "bob", "anna");
        Assert.Equal(["anna", "bob"], await FindAsync("anna"));
        Assert.Equal(["anna", "bob"], await FindAsync("bob"));
    }

    [Fact]
    public async Task CircleWithoutMailboxIsALoop()
    {
        await PrepareAsync("circle");
        await AliasAsync("one", "two");
        await AliasAsync("two", "three");
        await AliasAsync("three", "one");
        await AliasAsync("self", "self");
        Assert.IsType<Resolution.Loop>(await ResolveAsync("one"));
        Assert.IsType<Resolution.Loop>(await ResolveAsync("self"));
    }

    [Fact]
    public async Task TenAliasesInARowAreFollowedElevenAreNot()
    {
        await PrepareAsync("chain");
        await AliasAsync("a1", "anna");
        for (int i = 2; i <= 11; i++)
            await AliasAsync($"a{i}", $"a{i - 1}");
        Assert.Equal(["anna"], await FindAsync("a10"));
        Assert.IsType<Resolution.TooLarge>(await ResolveAsync("a11"));
    }

    [Fact]
    public async Task ThousandMailboxesAreReachedOneMoreIsNot()
    {
        await PrepareAsync("wide");
        DesiredMailbox[] users = [.. Enumerable.Range(0, 1000).Select(i => new DesiredMailbox($"mbx_wide_u{i}", 1, "dom_wide", $"u{i}", 1, MailboxState.Active))];
        await cell.UpsertAsync(new DesiredBatch([], [], users));
        await AliasAsync("most", [.. users.Select(user => user.LocalPart)]);
        await AliasAsync("more", "most", "anna");
        Assert.Equal(1000, (await FindAsync("most")).Length);
        Assert.IsType<Resolution.TooLarge>(await ResolveAsync("more"));
    }

    [Theory]
    [InlineData("away1", "bob@remote.test")]
    [InlineData("away2", "anna", "bob@remote.test")]
    public async Task TargetElsewhereIsNamed(string key, params string[] targets)
    {
        await PrepareAsync(key);
        await AliasAsync("out", targets);
        Assert.Equal("bob@remote.test", Assert.Single(Assert.IsType<Resolution.Elsewhere>(await ResolveAsync("out")).Targets).Address.ToString());
    }

    [Fact]
    public async Task TargetThatIsGoneDoesNotStopTheOthers()
    {
        await PrepareAsync("left");
        await AliasAsync("team", "leaver", "bob");
        await AliasAsync("alone", "leaver");
        Assert.Equal(["bob"], await FindAsync("team"));
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync("alone"));
    }

    [Fact]
    public async Task ChangeAnywhereOnThePathIsSeenAfterOnePoll()
    {
        await PrepareAsync("path");
        DesiredAlias team = await AliasAsync("team", "anna");
        DesiredAlias all = await AliasAsync("all", "team", "late");
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(["anna"], await FindAsync("all"));

        await cell.UpsertAsync(team with { Version = 2, Targets = ["bob@path.test"] });
        Assert.Equal(["anna"], await FindAsync("all")); // really kept
        await PollAsync();
        Assert.Equal(["bob"], await FindAsync("all"));

        await cell.UpsertAsync(new DesiredMailbox("mbx_path_late", 1, "dom_path", "late", 1, MailboxState.Active));
        await PollAsync();
        Assert.Equal(["bob", "late"], await FindAsync("all"));

        await AliasAsync("bob", "carl");
        await PollAsync();
        Assert.Equal(["carl", "late"], await FindAsync("all"));

        await cell.UpsertAsync(new DesiredMailbox("mbx_path_late", 2, "dom_path", "late", 1, MailboxState.Deleted));
        await PollAsync();
        Assert.Equal(["carl"], await FindAsync("all"));

        await cell.UpsertAsync(all with { Version = 2, State = AliasState.Deleted });
        await PollAsync();
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync("all"));
    }

    [Fact]
    public async Task AddressIsOwnedByItsMailboxOrByTheOnlyOneItLeadsTo()
    {
        await PrepareAsync("owner");
        await AliasAsync("info", "bob");
        await AliasAsync("team", "anna", "bob");
        await AliasAsync("anna", "anna", "bob");
        await AliasAsync("carl", "someone@remote.test");
        Assert.Equal("bob", await OwnerAsync("info"));
        Assert.Null(await OwnerAsync("team"));
        Assert.Equal("anna", await OwnerAsync("anna"));
        Assert.Equal("anna", await OwnerAsync("anna+x"));
        Assert.Equal("carl", await OwnerAsync("carl"));
        Assert.Equal("bob", await OwnerAsync("bob"));
    }

    private async Task PrepareAsync(string key)
    {
        _key = key;
        DesiredMailbox anna = await cell.AddAnnaAsync(key);
        await cell.UpsertAsync(new DesiredBatch([], [], [anna with { Id = $"mbx_{key}_bob", LocalPart = "bob" }, anna with { Id = $"mbx_{key}_carl", LocalPart = "carl" }]));
    }

    private async Task<DesiredAlias> AliasAsync(string localPart, params string[] targets)
    {
        string id = localPart == DesiredAlias.CatchAll ? "any" : localPart;
        DesiredAlias alias = new(
            $"als_{_key}_{id}", 1, $"dom_{_key}", localPart, [.. targets.Select(target => target.Contains('@') ? target : $"{target}@{_key}.test")], AliasState.Active);
        await cell.UpsertAsync(alias);
        return alias;
    }

    private async Task PollAsync() => Assert.True(await _directory.PollAsync(CancellationToken.None));

    private ValueTask<Resolution> ResolveAsync(string localPart) => _directory.ResolveAsync(new MailAddress(localPart, $"{_key}.test"), CancellationToken.None);

    private Task<string[]> FindAsync(string localPart) => FindAsync(localPart, $"{_key}.test");

    private async Task<string[]> FindAsync(string localPart, string domain) =>
        [.. Assert.IsType<Resolution.Found>(await _directory.ResolveAsync(new MailAddress(localPart, domain), CancellationToken.None)).Mailboxes.Select(mailbox => mailbox.Address.Split('@')[0]).Order(StringComparer.Ordinal)];

    private async Task<string?> OwnerAsync(string localPart)
    {
        if ((await ResolveAsync(localPart)).Owner is not { } owner)
            return null;
        await using Npgsql.NpgsqlCommand command = cell.Cell.CreateCommand("SELECT local_part FROM directory.mailbox WHERE id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = owner.Value });
        return (string?)await command.ExecuteScalarAsync();
    }
}
