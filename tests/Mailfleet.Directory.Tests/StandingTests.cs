using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

/// <summary>What a customer's state does to addresses and log-ins.</summary>
public sealed class StandingTests(DirectoryFixture cell) : IClassFixture<DirectoryFixture>
{
    private readonly FakeVerifier _verifier = new();

    [Theory]
    [InlineData(CustomerState.Active, Reception.Open, true, true)]
    [InlineData(CustomerState.SendingBlocked, Reception.Open, true, false)]
    [InlineData(CustomerState.AccessBlocked, Reception.Open, false, false)]
    [InlineData(CustomerState.Deferring, Reception.Deferred, false, false)]
    [InlineData(CustomerState.Rejecting, Reception.Refused, false, false)]
    [InlineData(CustomerState.ExportOnly, Reception.Refused, true, false)]
    [InlineData(CustomerState.Purged, Reception.Refused, false, false)]
    [InlineData((CustomerState)77, Reception.Refused, false, false)]
    public void AStateMeansOneThingOnTheWire(CustomerState state, Reception reception, bool logsIn, bool sends)
    {
        CustomerStanding standing = new(state);
        Assert.Equal((reception, logsIn, sends), (standing.Reception, standing.LogsIn, standing.Sends));
    }

    [Fact]
    public async Task AKeptAddressIsClosedAfterOnePoll()
    {
        MailDirectory directory = Open();
        await cell.AddAnnaAsync("closing", _verifier.HashOf("secret"));
        await directory.PollAsync(CancellationToken.None);
        Assert.IsType<Resolution.Found>(await ResolveAsync(directory, "anna@closing.test"));
        Assert.IsType<LogInResult.Accepted>(await directory.AuthenticateAsync("anna@closing.test", "secret", CancellationToken.None));

        await SetAsync("closing", 2, CustomerState.Rejecting, "Gone to example.net");
        await directory.PollAsync(CancellationToken.None);
        Resolution.Closed closed = Assert.IsType<Resolution.Closed>(await ResolveAsync(directory, "anna@closing.test"));
        Assert.Equal(new CustomerStanding(CustomerState.Rejecting, "Gone to example.net"), closed.Standing);
        Assert.IsType<Resolution.Closed>(await ResolveAsync(directory, "nobody@closing.test")); // who is there is nobody's business any more
        Assert.IsType<LogInResult.Closed>(await directory.AuthenticateAsync("anna@closing.test", "secret", CancellationToken.None));
        Assert.IsType<LogInResult.Rejected>(await directory.AuthenticateAsync("anna@closing.test", "wrong", CancellationToken.None));

        await SetAsync("closing", 3, CustomerState.Active);
        await directory.PollAsync(CancellationToken.None);
        Assert.IsType<Resolution.Found>(await ResolveAsync(directory, "anna@closing.test"));
        Assert.IsType<LogInResult.Accepted>(await directory.AuthenticateAsync("anna@closing.test", "secret", CancellationToken.None));
    }

    [Fact]
    public async Task BehindAnAliasTheRefusedAreLeftOutAndTheDeferredHoldItBack()
    {
        MailDirectory directory = Open();
        await cell.AddAnnaAsync("front");
        await cell.AddAnnaAsync("behind");
        await cell.UpsertAsync(new DesiredAlias("als_front", 1, "dom_front", "team", ["anna@front.test", "anna@behind.test"], AliasState.Active));
        await SetAsync("behind", 2, CustomerState.Deferring);
        Assert.Equal(Reception.Deferred, Assert.IsType<Resolution.Closed>(await ResolveAsync(directory, "team@front.test")).Standing.Reception);
        await SetAsync("behind", 3, CustomerState.Rejecting);
        Assert.Equal("anna@front.test", Assert.Single(Assert.IsType<Resolution.Found>(await ResolveAsync(directory, "team@front.test")).Mailboxes).Address);
    }

    [Fact]
    public async Task ASessionEndsWhenItsCustomerMaySendNoMoreAndNotForAText()
    {
        MailDirectory directory = Open();
        await cell.AddAnnaAsync("watched", _verifier.HashOf("secret"));
        await directory.PollAsync(CancellationToken.None);
        LogInResult.Accepted accepted = Assert.IsType<LogInResult.Accepted>(await directory.AuthenticateAsync("anna@watched.test", "secret", CancellationToken.None));
        int ended = 0;
        using IDisposable watch = directory.Watch(accepted.Standing, () => ended++);
        await SetAsync("watched", 2, CustomerState.Active, "A text that nobody hears");
        await directory.PollAsync(CancellationToken.None);
        Assert.Equal(0, ended);
        await SetAsync("watched", 3, CustomerState.SendingBlocked);
        await directory.PollAsync(CancellationToken.None);
        Assert.Equal(1, ended);
    }

    private MailDirectory Open() => new(cell.Cell, new DirectoryOptions(), TimeProvider.System, NullLogger<MailDirectory>.Instance, _verifier.Verify);

    private Task SetAsync(string key, long version, CustomerState state, string? text = null) =>
        cell.UpsertAsync(new DesiredBatch([new DesiredCustomer($"cus_{key}", version, state) { RefusalText = text }], [], []));

    private static async Task<Resolution> ResolveAsync(MailDirectory directory, string address) =>
        await directory.ResolveAsync(MailAddress.Parse(address)!, CancellationToken.None);
}
