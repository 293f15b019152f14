using System.Net;
using Mailfleet.Bench.Load;

namespace Mailfleet.Bench.Tests;

public sealed class SmtpSourceTests
{
    private static readonly MailLoad Load = new(new IPEndPoint(IPAddress.Loopback, 2525), 10, 1000, 10_240, 1, 1, 1, KeepConnections: true);

    [Fact]
    public void OneMailboxIsOneRunOverKeptConnections()
    {
        Assert.Equal([1000], SmtpSource.Runs(Load));
        Assert.Equal("-s 9 -m 1000 -l 10240 -M bench.test -f load@bench.test -d -t u1@d0.test 127.0.0.1:2525", string.Join(' ', SmtpSource.Arguments(Load, 1000, 9)));
    }

    // It numbers recipients from 1 and never starts again: a number above the mailboxes would be refused.
    [Theory]
    [InlineData(1000, 300, 1, new[] { 300, 300, 300, 100 })]
    [InlineData(250, 5000, 50, new[] { 100, 100, 50 })]
    [InlineData(100, 100, 1, new[] { 100 })]
    public void NumberedRecipientsStayWithinTheMailboxes(int messages, int mailboxes, int recipients, int[] runs) =>
        Assert.Equal(runs, SmtpSource.Runs(Load with { Messages = messages, Mailboxes = mailboxes, RecipientsPerMessage = recipients }));

    [Fact]
    public void ManyMailboxesAreNumberedBySmtpSource()
    {
        MailLoad load = Load with { Mailboxes = 5000, RecipientsPerMessage = 50, KeepConnections = false };
        Assert.Equal("-s 10 -m 100 -l 10240 -M bench.test -f load@bench.test -r 50 -N -t u@d0.test 127.0.0.1:2525", string.Join(' ', SmtpSource.Arguments(load, 100, 10)));
    }

    [Fact]
    public void SeveralDomainsAreNothingForIt() => Assert.False(SmtpSource.CanSend(Load with { Domains = 2 }));

    [Fact]
    public void MailboxesByTheirOwnNamesAreNothingForIt() => Assert.False(SmtpSource.CanSend(Load with { IsByOwnName = true }));
}
