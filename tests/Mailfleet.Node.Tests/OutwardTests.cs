using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Tests;

/// <summary>What is accepted for other hosts, from whom, and how it is to leave.</summary>
public sealed class OutwardTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task SubmissionGoesAnywhereUnderTheSendersNameAndKeepsWhatWasAskedFor()
    {
        await node.AddDomainAsync("submit", "anna bob");
        (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SubmitAsync(
            "anna@submit.test", new RcptParameters { Notify = DsnNotify.Success | DsnNotify.Failure, OriginalRecipient = "rfc822;x@remote.test" }, Text("submit"), "x@remote.test", "bob@submit.test");
        Assert.All(recipients, Assert.Null);
        Assert.Equal(250, content!.Code);
        Assert.Equal(["bob@submit.test"], await node.DeliveredToAsync("bob@submit.test"));

        // Bob has it with the commit; only the report that was asked for is missing (state 3).
        Assert.Equal(
            ["bob@submit.test <anna@submit.test> 1 t 3 rfc822;x@remote.test", "x@remote.test <anna@submit.test> 3 t 0 rfc822;x@remote.test"],
            await node.QueuedAsync("submit"));
    }

    [Fact]
    public async Task LocalRecipientsNeverGoThroughTheQueue()
    {
        await node.AddDomainAsync("inside", "anna bob", "info=bob@inside.test");
        await node.SubmitAsync("anna@inside.test", RcptParameters.None, Text("inside"), "bob@inside.test", "info@inside.test");
        Assert.Empty(await node.QueuedAsync("inside"));
        Assert.Single(await node.DeliveredToAsync("bob@inside.test"));
    }

    [Fact]
    public async Task StrangersDoNotRelay()
    {
        await node.AddDomainAsync("norelay", "anna");
        Assert.Equal((550, "5.7.1"), Assert.Single((await node.SendAsync(Text("norelay"), "x@remote.test")).Recipients) is { } refusal ? (refusal.Code, refusal.Status) : default);
    }

    [Fact]
    public async Task ForwardKeepsACopyRewritesTheSenderAndIsNeverReportedToStrangers()
    {
        await node.AddDomainAsync("forward", "anna", "anna=anna@forward.test,away@remote.test");
        (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SendAsync(Text("forward"), "anna@forward.test");
        Assert.Null(Assert.Single(recipients));
        Assert.Equal(250, content!.Code);
        Assert.Equal(["anna@forward.test"], await node.DeliveredToAsync("anna@forward.test"));

        string[] row = Assert.Single(await node.QueuedAsync("forward")).Split(' ');
        Assert.Equal("away@remote.test", row[0]);
        Assert.Matches("^<SRS0=[a-z2-7]{8}=[a-z2-7]{2}=remote.test=sender@forward.test>$", row[1]);
        Assert.Equal("f", row[3]);
        Assert.Equal("rfc822;anna@forward.test", row[5]);
        Assert.StartsWith("Delivered-To: anna@forward.test\r\nReceived: ", await node.QueuedContentAsync("forward"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForwardThatComesBackIsALoop()
    {
        await node.AddDomainAsync("circle", "bob", "anna=anna@remote.test");
        await node.SendAsync(Text("circle"), "anna@circle.test");
        string sentBack = await node.QueuedContentAsync("circle");
        Assert.Equal((554, "5.4.6"), (await node.SendAsync(sentBack, "anna@circle.test")).Content is { } reply ? (reply.Code, reply.Status) : default);
    }

    [Fact]
    public async Task TargetsOfSeveralForwardsDoNotReadEachOthersNames()
    {
        await node.AddDomainAsync("discreet", "bob", "one=x@remote.test", "two=y@remote.test");
        await node.SendAsync(Text("discreet"), "one@discreet.test", "two@discreet.test");
        Assert.Equal(2, (await node.QueuedAsync("discreet")).Length);
        Assert.DoesNotContain("Delivered-To", await node.QueuedContentAsync("discreet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BounceToARewrittenSenderGoesToTheFirstOne()
    {
        await node.AddDomainAsync("bounce", "anna");
        string rewritten = node.Rewriting.Rewrite(new ReversePath(MailAddress.Parse("first@remote.test")), "bounce.test", TimeProvider.System.GetUtcNow()).Address!.ToString();
        Assert.Null(Assert.Single((await node.SendFromAsync("", null, Text("bounce"), rewritten)).Recipients));

        // Anything but a bounce is refused, and so is a forgery.
        Assert.Equal(550, Assert.Single((await node.SendAsync(Text("bounce"), rewritten)).Recipients)!.Code);
        Assert.Equal(550, Assert.Single((await node.SendFromAsync("", null, Text("bounce"), rewritten.Replace("=first", "=other", StringComparison.Ordinal))).Recipients)!.Code);
    }

    [Fact]
    public async Task MessageThatOneMailboxHasNoRoomForLeavesNothingInTheQueue()
    {
        await node.AddDomainAsync("whole", "anna full");
        (_, SmtpReply? content) = await node.SubmitAsync("anna@whole.test", RcptParameters.None, Text("whole"), "x@remote.test");
        Assert.Equal(250, content!.Code);
        Assert.Single(await node.QueuedAsync("whole"));
        (_, content) = await node.SubmitAsync("anna@whole.test", RcptParameters.None, Text("whole") + new string('x', 2_000_000) + "\r\n", "y@remote.test", "anna@whole.test");
        Assert.Equal((452, "4.2.2"), (content!.Code, content.Status));
        Assert.Single(await node.QueuedAsync("whole"));
    }

    private static string Text(string key) => $"From: anna@{key}.test\r\nSubject: x\r\n\r\ntext\r\n";
}
