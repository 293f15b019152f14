using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

/// <summary>Sub-addresses and the addresses that every domain must have.</summary>
public sealed class SubAddressTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    private readonly MailDirectory _directory =
        new(cell.Cell, new DirectoryOptions { HostName = "host.example" }, TimeProvider.System, NullLogger<MailDirectory>.Instance);

    [Theory]
    [InlineData("anna+shop")]
    [InlineData("Anna+Shop")]
    [InlineData("anna+")]
    [InlineData("anna+a+b")]
    public async Task WhatFollowsTheFirstPlusDoesNotCount(string localPart)
    {
        string key = $"sub{localPart.Length}{(char.IsUpper(localPart[0]) ? "u" : "l")}";
        await cell.AddAnnaAsync(key);
        Assert.Equal([$"anna@{key}.test"], await FindAsync($"{localPart}@{key}.test"));
    }

    [Theory]
    [InlineData("+anna")]
    [InlineData("ann+a")]
    [InlineData("bob+anna")]
    public async Task SubAddressOfNobodyIsNobodys(string localPart)
    {
        await cell.AddAnnaAsync($"nobody{localPart.Length}{localPart[0] % 10}");
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync($"{localPart}@nobody{localPart.Length}{localPart[0] % 10}.test"));
    }

    [Fact]
    public async Task ExactMatchWinsFromItsFirstPollOn()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("exact");
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(["anna@exact.test"], await FindAsync("anna+shop@exact.test"));

        await cell.UpsertAsync(anna with { Id = "mbx_exact2", LocalPart = "anna+shop" });
        Assert.Equal(["anna@exact.test"], await FindAsync("anna+shop@exact.test")); // really kept
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal(["anna+shop@exact.test"], await FindAsync("anna+shop@exact.test"));
        Assert.Equal(["anna@exact.test"], await FindAsync("anna+other@exact.test"));
    }

    [Theory]
    [InlineData("postmaster")]
    [InlineData("Postmaster")]
    [InlineData("abuse")]
    public async Task RoleGoesToTheMailboxOfItsNameElseTheCatchAllElseTheFirst(string role)
    {
        string key = $"role{(role == "Postmaster" ? "upper" : role)}";
        DesiredMailbox anna = await cell.AddAnnaAsync(key);
        await cell.UpsertAsync(anna with { Id = $"mbx_{key}2", LocalPart = "bob" });
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal([$"anna@{key}.test"], await FindAsync($"{role}@{key}.test"));

        await cell.UpsertAsync(new DesiredAlias($"als_{key}", 1, anna.DomainId, DesiredAlias.CatchAll, [$"bob@{key}.test"], AliasState.Active));
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal([$"bob@{key}.test"], await FindAsync($"{role}@{key}.test"));

        await cell.UpsertAsync(anna with { Id = $"mbx_{key}3", LocalPart = role.ToLowerInvariant() });
        await _directory.PollAsync(CancellationToken.None);
        Assert.Equal([$"{role.ToLowerInvariant()}@{key}.test"], await FindAsync($"{role}@{key}.test"));
    }

    [Fact]
    public async Task DomainWithoutMailboxesHasNoPostmaster()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("empty");
        await cell.UpsertAsync(anna with { Version = 2, State = MailboxState.Deleted });
        Assert.IsType<Resolution.NoSuchMailbox>(await ResolveAsync("postmaster@empty.test"));
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("postmaster@elsewhere.test"));
    }

    [Fact]
    public async Task WhoAnswersForARoleByDefaultDoesNotOwnIt()
    {
        DesiredMailbox anna = await cell.AddAnnaAsync("default");
        Assert.Null((await ResolveAsync("abuse@default.test")).Owner);

        await cell.UpsertAsync(new DesiredAlias("als_default", 1, anna.DomainId, "postmaster", ["anna@default.test"], AliasState.Active));
        Resolution.Found named = Assert.IsType<Resolution.Found>(await ResolveAsync("postmaster@default.test"));
        Assert.Equal(named.Mailboxes[0].Key, named.Owner);
    }

    // Who reads the host's postmaster could have certificates issued for the host: no customer may become it by being there.
    [Fact]
    public async Task HostWhoseNameIsNobodysDomainHasNoPostmaster()
    {
        await cell.AddAnnaAsync("provider");
        ForwardPath bare = PathParser.ParseForwardPath("<Postmaster>"u8, out _)!;
        Assert.IsType<Resolution.NotLocal>(await _directory.ResolveAsync(bare.Address, CancellationToken.None));
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("abuse@host.example"));
        Assert.IsType<Resolution.NotLocal>(await ResolveAsync("anna@host.example"));
    }

    [Fact]
    public async Task OperatorNamesWhoReadsForTheHost()
    {
        await cell.AddAnnaAsync("operator");
        MailDirectory directory = new(cell.Cell, new DirectoryOptions { HostName = "nobodys.test", Postmaster = "Anna@operator.test" }, TimeProvider.System, NullLogger<MailDirectory>.Instance);
        Resolution.Found found = Assert.IsType<Resolution.Found>(await directory.ResolveAsync(ForwardPath.Postmaster.Address, CancellationToken.None));
        Assert.Equal("anna@operator.test", Assert.Single(found.Mailboxes).Address);
        Assert.IsType<Resolution.NotLocal>(await directory.ResolveAsync(new MailAddress("postmaster", "nobodys.test"), CancellationToken.None));
        Assert.Throws<ArgumentException>(() => new MailDirectory(cell.Cell, new DirectoryOptions { Postmaster = "nobody" }, TimeProvider.System, NullLogger<MailDirectory>.Instance));
    }

    [Fact]
    public async Task HostWhoseNameIsADomainHasItsPostmasterThere()
    {
        await cell.AddAnnaAsync("first");
        await cell.AddAnnaAsync("named");
        MailDirectory directory = new(cell.Cell, new DirectoryOptions { HostName = "named.test" }, TimeProvider.System, NullLogger<MailDirectory>.Instance);
        Resolution.Found found = Assert.IsType<Resolution.Found>(await directory.ResolveAsync(ForwardPath.Postmaster.Address, CancellationToken.None));
        Assert.Equal("anna@named.test", Assert.Single(found.Mailboxes).Address);
    }

    private ValueTask<Resolution> ResolveAsync(string address) => _directory.ResolveAsync(MailAddress.Parse(address)!, CancellationToken.None);

    private async Task<string[]> FindAsync(string address) =>
        [.. Assert.IsType<Resolution.Found>(await ResolveAsync(address)).Mailboxes.Select(mailbox => mailbox.Address)];
}
