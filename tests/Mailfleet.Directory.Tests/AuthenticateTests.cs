using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mailfleet.Directory.Tests;

public sealed class AuthenticateTests : IClassFixture<DirectoryFixture>
{
    private readonly DirectoryFixture _cell;
    private readonly FakeVerifier _verifier = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly DirectoryOptions _options = new();
    private readonly MailDirectory _directory;

    public AuthenticateTests(DirectoryFixture cell)
    {
        _cell = cell;
        _directory = new MailDirectory(cell.Cell, _options, _clock, NullLogger<MailDirectory>.Instance, _verifier.Verify);
    }

    [Fact]
    public async Task AcceptsTheRealThing()
    {
        await _cell.AddAnnaAsync("real", PasswordHash.Create("correct horse"));
        MailDirectory directory = new(_cell.Cell, _options, _clock, NullLogger<MailDirectory>.Instance);

        LogInResult.Accepted accepted = Assert.IsType<LogInResult.Accepted>(
            await directory.AuthenticateAsync("anna@real.test", "correct horse", CancellationToken.None));
        Assert.Equal("anna@real.test", accepted.Mailbox.Address);
        Assert.IsType<LogInResult.Rejected>(await directory.AuthenticateAsync("anna@real.test", "wrong horse", CancellationToken.None));
    }

    [Fact]
    public async Task LogInIsTheAddressInAnyForm()
    {
        await _cell.UpsertAsync(new DesiredBatch(
            [new DesiredCustomer("cus_idn", 1, CustomerState.Active)],
            [new DesiredDomain("dom_idn", 1, "cus_idn", "xn--mnchen-3ya.test", DomainState.Active)],
            [new DesiredMailbox("mbx_idn", 1, "dom_idn", "anna", 1, MailboxState.Active)]));
        await _cell.SetPasswordAsync("mbx_idn", 1, _verifier.HashOf("secret"));

        string[] forms =
        [
            "anna@xn--mnchen-3ya.test", "ANNA@XN--MNCHEN-3YA.TEST", "Anna@münchen.test", "anna@MÜNCHEN.test",
            "anna@mu\u0308nchen.test", // u and a combining diaeresis
            "anna@münchen\u3002test", // the full stop of a Chinese keyboard
        ];
        foreach (string form in forms)
            Assert.Equal("anna@xn--mnchen-3ya.test", (await AcceptedAsync(form, "secret")).Address);
    }

    [Theory]
    [InlineData("nobody@known.test")]
    [InlineData("anna@unknown.test")]
    [InlineData("anna")]
    [InlineData("@known.test")]
    [InlineData("anna@")]
    [InlineData("anna@known..test")]
    [InlineData("an\0na@known.test")]
    [InlineData("")]
    public async Task UnknownUserCostsOneCheck(string login)
    {
        Assert.IsType<LogInResult.Rejected>(await LogInAsync(login, "secret"));
        Assert.Equal(1, _verifier.Checks);
    }

    [Fact]
    public async Task LoneSurrogateInALogInIsAStrangerToo() => await UnknownUserCostsOneCheck("anna\ud800@known.test"); // an attribute could not carry it

    [Fact]
    public async Task MailboxWithoutPasswordCostsOneCheck()
    {
        await _cell.AddAnnaAsync("bare");
        await UnknownUserCostsOneCheck("anna@bare.test");
    }

    [Fact]
    public async Task PasswordThatCannotBeOneIsRejectedWithoutWork()
    {
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@known.test", new string('a', 5_000_000)));
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@known.test", ""));
        Assert.Equal(0, _verifier.Checks);
    }

    [Fact]
    public async Task SuccessIsRememberedForAShortWhile()
    {
        await _cell.AddAnnaAsync("warm", _verifier.HashOf("secret"));
        await AcceptedAsync("anna@warm.test", "secret");
        await AcceptedAsync("ANNA@warm.test", "secret");
        Assert.Equal(1, _verifier.Checks);

        _clock.Advance(_options.LogInLifetime);
        await AcceptedAsync("anna@warm.test", "secret");
        Assert.Equal(2, _verifier.Checks);
    }

    [Fact]
    public async Task RememberedLogInHelpsNoOtherPassword()
    {
        await _cell.AddAnnaAsync("other", _verifier.HashOf("secret"));
        await AcceptedAsync("anna@other.test", "secret");

        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@other.test", "Secret"));
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@other.test", "Secret")); // a failure is never remembered as anything else
        Assert.Equal(3, _verifier.Checks);
        await AcceptedAsync("anna@other.test", "secret");
        Assert.Equal(3, _verifier.Checks);
    }

    [Fact]
    public async Task NewPasswordEndsTheOldOneAfterOnePoll()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("change", _verifier.HashOf("old"));
        await PollAsync();
        await AcceptedAsync("anna@change.test", "old");

        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("new"));
        await AcceptedAsync("anna@change.test", "new"); // at once: it was never kept
        await PollAsync();
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@change.test", "old"));
    }

    [Fact]
    public async Task DeletedMailboxIsLockedOutAfterOnePoll()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("delete", _verifier.HashOf("secret"));
        await PollAsync();
        await AcceptedAsync("anna@delete.test", "secret");

        await _cell.UpsertAsync(anna with { Version = 2, State = MailboxState.Deleted });
        await PollAsync();
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@delete.test", "secret"));
    }

    [Fact]
    public async Task PasswordChangedDuringTheCheckIsNotRemembered()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("during", PasswordHash.CreateUnmatchable());
        int checks = 0;
        MailDirectory directory = null!;
        directory = new MailDirectory(_cell.Cell, _options, _clock, NullLogger<MailDirectory>.Instance, (_, _) =>
        {
            // The hash has been read; now it changes, and a poll tells so, before the check ends.
            if (++checks == 1)
                ChangeAndPollAsync().GetAwaiter().GetResult();
            return true;
        });
        await directory.PollAsync(CancellationToken.None);

        await directory.AuthenticateAsync("anna@during.test", "old", CancellationToken.None);
        await directory.AuthenticateAsync("anna@during.test", "old", CancellationToken.None);
        Assert.Equal(2, checks);

        async Task ChangeAndPollAsync()
        {
            await _cell.SetPasswordAsync(anna.Id, 2, PasswordHash.CreateUnmatchable());
            await directory.PollAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task PendingDomainMayLogIn()
    {
        await _cell.AddAnnaAsync("pending", _verifier.HashOf("secret"), DomainState.Pending);
        await AcceptedAsync("anna@pending.test", "secret");
    }

    [Fact]
    public async Task ReleasedDomainMayNotLogIn()
    {
        await _cell.AddAnnaAsync("released", _verifier.HashOf("secret"), DomainState.Released);
        Assert.IsType<LogInResult.Rejected>(await LogInAsync("anna@released.test", "secret"));
    }

    [Fact]
    public async Task ClaimOnANameThatIsAnothersMayNotLogIn()
    {
        await _cell.AddAnnaAsync("squat", _verifier.HashOf("squatter"), DomainState.Pending);
        await AcceptedAsync("anna@squat.test", "squatter");

        // The owner proves the name, and has no anna.
        await _cell.UpsertAsync(new DesiredBatch(
            [], [new DesiredDomain("dom_squat_owner", 1, "cus_squat", "squat.test", DomainState.Active)], []));
        MailDirectory fresh = new(_cell.Cell, _options, _clock, NullLogger<MailDirectory>.Instance, _verifier.Verify);
        Assert.IsType<LogInResult.Rejected>(await fresh.AuthenticateAsync("anna@squat.test", "squatter", CancellationToken.None));
    }

    private Task<LogInResult> LogInAsync(string login, string password) => _directory.AuthenticateAsync(login, password, CancellationToken.None);

    private async Task<MailboxEntry> AcceptedAsync(string login, string password) =>
        Assert.IsType<LogInResult.Accepted>(await LogInAsync(login, password)).Mailbox;

    private async Task PollAsync() => Assert.True(await _directory.PollAsync(CancellationToken.None));
}
