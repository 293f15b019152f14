using Mailfleet.Cell.Door;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Directory.Tests;

/// <summary>What two nodes of one cell remember ends on both, one poll after the change.</summary>
public sealed class SecondNodeTests : IClassFixture<DirectoryFixture>
{
    private readonly DirectoryFixture _cell;
    private readonly FakeVerifier _verifier = new();
    private readonly MailDirectory[] _nodes;

    public SecondNodeTests(DirectoryFixture cell)
    {
        _cell = cell;
        _nodes = [Node(), Node()];

        MailDirectory Node() => new(cell.Cell, new DirectoryOptions(), TimeProvider.System, NullLogger<MailDirectory>.Instance, _verifier.Verify);
    }

    [Fact]
    public async Task PasswordChangeEndsRememberedLogIns()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("changed", _verifier.HashOf("old"));
        await RememberAsync("anna@changed.test", "old");

        await _cell.SetPasswordAsync(anna.Id, 2, _verifier.HashOf("new"));
        await PollAsync();
        foreach (MailDirectory node in _nodes)
        {
            Assert.IsType<LogInResult.Rejected>(await node.AuthenticateAsync("anna@changed.test", "old", CancellationToken.None));
            Assert.IsType<LogInResult.Accepted>(await node.AuthenticateAsync("anna@changed.test", "new", CancellationToken.None));
        }
    }

    [Fact]
    public async Task DeletedMailboxNeitherLogsInNorGetsMail()
    {
        DesiredMailbox anna = await _cell.AddAnnaAsync("deleted", _verifier.HashOf("secret"));
        await RememberAsync("anna@deleted.test", "secret");

        await _cell.UpsertAsync(anna with { Version = 2, State = MailboxState.Deleted });
        await PollAsync();
        foreach (MailDirectory node in _nodes)
        {
            Assert.IsType<LogInResult.Rejected>(await node.AuthenticateAsync("anna@deleted.test", "secret", CancellationToken.None));
            Assert.IsType<Resolution.NoSuchMailbox>(await node.ResolveAsync(new MailAddress("anna", "deleted.test"), CancellationToken.None));
        }
    }

    // The second log-in of each node must have cost no check, or there would be nothing to end.
    private async Task RememberAsync(string login, string password)
    {
        await PollAsync();
        foreach (MailDirectory node in _nodes)
        {
            Assert.IsType<LogInResult.Accepted>(await node.AuthenticateAsync(login, password, CancellationToken.None));
            int checks = _verifier.Checks;
            Assert.IsType<LogInResult.Accepted>(await node.AuthenticateAsync(login, password, CancellationToken.None));
            Assert.Equal(checks, _verifier.Checks);
            Assert.IsType<Resolution.Found>(await node.ResolveAsync(MailAddress.Parse(login)!, CancellationToken.None));
        }
    }

    private async Task PollAsync()
    {
        foreach (MailDirectory node in _nodes)
            Assert.True(await node.PollAsync(CancellationToken.None));
    }
}
