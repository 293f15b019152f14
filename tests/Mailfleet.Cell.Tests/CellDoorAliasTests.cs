using Mailfleet.Cell.Door;

namespace Mailfleet.Cell.Tests;

public sealed class CellDoorAliasTests(CellFixture cell) : IClassFixture<CellFixture>
{
    [Fact]
    public async Task AppliesAliasesGroupsAndCatchAllsInOnePage()
    {
        DesiredDomain domain = await cell.AddDomainAsync("kinds");
        IReadOnlyList<AppliedRow> applied = await UpsertAsync(
            new DesiredAlias("als_one", 1, domain.Id, "info", ["anna@kinds.test"], AliasState.Active),
            new DesiredAlias("als_group", 1, domain.Id, "all", ["anna@kinds.test", "a b@kinds.test", "bob@elsewhere.test"], AliasState.Active),
            new DesiredAlias("als_any", 1, domain.Id, DesiredAlias.CatchAll, ["anna@kinds.test"], AliasState.Active));

        Assert.All(applied, row => Assert.Equal((1, null), (row.Version, row.Refusal)));
        Assert.Equal(["anna@kinds.test", "a b@kinds.test", "bob@elsewhere.test"], await TargetsAsync("als_group"));
    }

    [Fact]
    public async Task OlderOrEqualVersionChangesNothing()
    {
        DesiredDomain domain = await cell.AddDomainAsync("older");
        DesiredAlias held = new("als_older", 5, domain.Id, "info", ["a@older.test"], AliasState.Active);
        await UpsertAsync(held);

        Assert.Equal([new AppliedRow("als_older", 5, null)], await UpsertAsync(held with { Version = 4, Targets = ["b@older.test"] }));
        Assert.Equal([new AppliedRow("als_older", 5, null)], await UpsertAsync(held with { Targets = ["b@older.test"] }));
        Assert.Equal(["a@older.test"], await TargetsAsync("als_older"));

        Assert.Equal([new AppliedRow("als_older", 6, null)], await UpsertAsync(held with { Version = 6, Targets = ["b@older.test"] }));
        Assert.Equal(["b@older.test"], await TargetsAsync("als_older"));
    }

    [Fact]
    public async Task OneAliasHoldsALocalPartUntilItIsDeleted()
    {
        DesiredDomain domain = await cell.AddDomainAsync("holds");
        DesiredAlias first = new("als_first", 1, domain.Id, "info", ["a@holds.test"], AliasState.Active);
        DesiredAlias second = first with { Id = "als_second" };
        await UpsertAsync(first);

        Assert.NotNull(Assert.Single(await UpsertAsync(second)).Refusal);
        Assert.All(await UpsertAsync(second, first with { Version = 2, State = AliasState.Deleted }), row => Assert.Null(row.Refusal));
    }

    [Fact]
    public async Task AliasMayStandBeforeAMailboxOfItsName()
    {
        DesiredDomain domain = await cell.AddDomainAsync("before");
        DesiredBatch page = new([], [], [new DesiredMailbox("mbx_before", 1, domain.Id, "anna", 1, MailboxState.Active)])
        {
            Aliases = [new DesiredAlias("als_before", 1, domain.Id, "anna", ["anna@before.test"], AliasState.Active)],
        };
        Assert.All(await cell.Door.UpsertAsync(page, CancellationToken.None), row => Assert.Null(row.Refusal));
    }

    [Theory]
    [InlineData("info", "no-at-sign")]
    [InlineData("info", "@malformed.test")]
    [InlineData("info", "Anna@malformed.test")]
    [InlineData("info", "anna@Malformed.test")]
    [InlineData("info", "anna@malformed.test\nbob@malformed.test")]
    [InlineData("Info", "anna@malformed.test")]
    [InlineData("info")]
    public async Task RefusesMalformedRows(string localPart, params string[] targets)
    {
        DesiredAlias row = new("als_malformed", 1, "dom_malformed", localPart, targets, AliasState.Active);
        string? refusal = Assert.Single(await UpsertAsync(row)).Refusal;
        Assert.NotNull(refusal);
        Assert.DoesNotContain("The cell has no domain", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesMoreTargetsThanADeliveryMayHave()
    {
        DesiredDomain domain = await cell.AddDomainAsync("many");
        string[] targets = [.. Enumerable.Range(0, DesiredAlias.MaxTargets + 1).Select(i => $"u{i}@many.test")];
        DesiredAlias row = new("als_many", 1, domain.Id, "all", targets, AliasState.Active);
        Assert.NotNull(Assert.Single(await UpsertAsync(row)).Refusal);
        Assert.Null(Assert.Single(await UpsertAsync(row with { Targets = targets[1..] })).Refusal);
    }

    private Task<IReadOnlyList<AppliedRow>> UpsertAsync(params DesiredAlias[] rows) =>
        cell.Door.UpsertAsync(new DesiredBatch([], [], []) { Aliases = rows }, CancellationToken.None);

    private Task<string[]> TargetsAsync(string id) => cell.ScalarAsync<string[]>("SELECT targets FROM directory.alias WHERE public_id = $1", id);
}
