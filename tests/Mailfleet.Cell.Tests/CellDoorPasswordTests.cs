using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;

namespace Mailfleet.Cell.Tests;

public sealed class CellDoorPasswordTests(CellFixture cell) : IClassFixture<CellFixture>
{
    private static readonly string First = PasswordHash.CreateUnmatchable();
    private static readonly string Second = PasswordHash.CreateUnmatchable();

    [Fact]
    public async Task SetsAndReplacesByVersion()
    {
        await AddMailboxAsync("replace");

        Assert.Equal(new AppliedRow("mbx_replace", 1, null), await SetAsync(new SetPasswordCommand("mbx_replace", 1, First)));
        Assert.Equal(First, await HeldAsync("mbx_replace"));
        Assert.Equal(new AppliedRow("mbx_replace", 3, null), await SetAsync(new SetPasswordCommand("mbx_replace", 3, Second)));
        Assert.Equal(Second, await HeldAsync("mbx_replace"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task CommandThatIsNotNewerIsIgnored(long version)
    {
        string key = $"late{version}";
        await AddMailboxAsync(key);
        await SetAsync(new SetPasswordCommand($"mbx_{key}", 5, First));

        Assert.Equal(new AppliedRow($"mbx_{key}", 5, null), await SetAsync(new SetPasswordCommand($"mbx_{key}", version, Second)));
        Assert.Equal(First, await HeldAsync($"mbx_{key}"));
    }

    [Fact]
    public async Task UnknownMailboxAndBadHashAreRefusedAndTheOthersApplied()
    {
        await AddMailboxAsync("good");

        IReadOnlyList<AppliedRow> applied = await cell.Door.SetPasswordsAsync(
            [
                new SetPasswordCommand("mbx_missing", 1, First),
                new SetPasswordCommand("mbx_plain", 1, "secret"),
                new SetPasswordCommand("mbx_good", 1, First),
            ],
            CancellationToken.None);

        Assert.Equal(["mbx_plain", "mbx_missing", "mbx_good"], applied.Select(row => row.Id));
        Assert.DoesNotContain("secret", applied[0].Refusal!, StringComparison.Ordinal);
        Assert.Contains("mbx_missing", applied[1].Refusal!, StringComparison.Ordinal);
        Assert.Equal(new AppliedRow("mbx_good", 1, null), applied[2]);
        Assert.Equal(First, await HeldAsync("mbx_good"));
    }

    private async Task AddMailboxAsync(string key)
    {
        DesiredDomain domain = await cell.AddDomainAsync(key);
        await cell.Door.UpsertAsync(
            new DesiredBatch([], [], [new DesiredMailbox($"mbx_{key}", 1, domain.Id, "anna", 1, MailboxState.Active)]), CancellationToken.None);
    }

    private async Task<AppliedRow> SetAsync(SetPasswordCommand command) =>
        Assert.Single(await cell.Door.SetPasswordsAsync([command], CancellationToken.None));

    private Task<string> HeldAsync(string id) => cell.ScalarAsync<string>(
        "SELECT password_hash FROM directory.credential JOIN directory.mailbox ON id = mailbox_id WHERE public_id = $1", id);
}
