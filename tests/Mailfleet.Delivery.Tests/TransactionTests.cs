using Mailfleet.Delivery.Routing;

namespace Mailfleet.Delivery.Tests;

/// <summary>Dialogues with servers good and bad.</summary>
public sealed class TransactionTests
{
    private const string Hello =
        """
        S: 220 a.test ESMTP
        C: EHLO host.test
        S: 250-a.test
        S: 250-PIPELINING
        S: 250 SIZE 1000

        """;

    private const string Mail =
        """
        C: MAIL FROM:<s@b.test> SIZE=21
        C: RCPT TO:<u@a.test>
        C: DATA

        """;

    private const string Accepted =
        """
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go on
        DATA
        S: 250 2.0.0 Queued as 1

        """;

    [Fact]
    public async Task SendsToAServerThatKnowsNothingNew()
    {
        await using ScriptedServer server = new(
            """
            S: 220-a.test
            S: 220 welcomes you
            C: EHLO host.test
            S: 502 What?
            C: HELO host.test
            S: 250 a.test
            C: MAIL FROM:<s@b.test>
            S: 250 Ok
            C: RCPT TO:<u@a.test>
            S: 250 Ok
            C: DATA
            S: 354 Go on
            DATA
            S: 250 Got it
            C: QUIT
            """);
        await using (OutboundAgent agent = Sending.AgentFor(server))
        {
            SendResult result = await agent.SendAsync("Subject: x\r\n\r\n.dot\r\n..\r\nend without a line");
            Assert.Equal(["Delivered 250 2.0.0 Got it"], result.Words());
            Assert.Equal($"127.0.0.1 [127.0.0.1]:{server.Port}", result.Outcomes[0].Host);
            Assert.Equal(DestinationHealth.Fine, result.Health);
        }

        await server.IsDoneAsync();
        Assert.Equal("Subject: x\r\n\r\n..dot\r\n...\r\nend without a line\r\n", Assert.Single(server.Contents));
    }

    [Fact]
    public async Task ReusesAConnectionAndOpensANewOneWhenTheServerHasClosedIt()
    {
        await using ScriptedServer server = new(Hello + Mail + Accepted + Mail + Accepted, Hello + Mail + Accepted + "C: QUIT");
        await using (OutboundAgent agent = Sending.AgentFor(server))
        {
            for (int i = 0; i < 3; i++)
                Assert.Equal(["Delivered 250 2.0.0 Queued as 1"], (await agent.SendAsync()).Words());
        }

        await server.IsDoneAsync();
        Assert.Equal(3, server.Contents.Count);
    }

    [Fact]
    public async Task EachRecipientGetsItsOwnOutcome()
    {
        await using ScriptedServer server = new(Hello +
            """
            C: MAIL FROM:<s@b.test> SIZE=21
            C: RCPT TO:<a@a.test>
            C: RCPT TO:<b@a.test>
            C: RCPT TO:<c@a.test>
            C: RCPT TO:<d@a.test>
            C: RCPT TO:<e@a.test>
            C: DATA
            S: 250 Ok
            S: 550 5.1.1 No such user
            S: 250 Ok
            S: 450-4.2.0 Greylisted,
            S: 450 4.2.0 come back
            S: 452 4.5.3 Enough
            S: 250 Ok
            S: 354 Go on
            DATA
            S: 250 Done
            """);
        await using OutboundAgent agent = Sending.AgentFor(server);
        Assert.Equal(
            ["Failed 550 5.1.1 No such user", "Delivered 250 2.0.0 Done", "Deferred 450 4.2.0 Greylisted, come back", "Untried 452 4.5.3 Enough", "Delivered 250 2.0.0 Done"],
            (await agent.SendAsync(to: "a@a.test b@a.test c@a.test d@a.test e@a.test")).Words());
        await server.IsDoneAsync();
    }

    [Theory]
    [InlineData("S: 550 5.7.1 Not from you\nS: 503 First MAIL\nS: 503 First MAIL", "Failed 550 5.7.1 Not from you")]
    [InlineData("S: 451 4.7.1 Later\nS: 503 First MAIL\nS: 503 First MAIL", "Deferred 451 4.7.1 Later")]
    [InlineData("S: 250 Ok\nS: 552 Mailbox full\nS: 503 No recipient", "Deferred 552 4.0.0 Mailbox full")]     // RFC 5321 §4.5.3.1.10
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 554 5.7.1 No", "Failed 554 5.7.1 No")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nS: 554 5.6.0 Spam", "Failed 554 5.6.0 Spam")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nS: 452 4.3.1 Disk full", "Deferred 452 4.3.1 Disk full")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nS: 451 5.7.1 The class is the code's", "Deferred 451 4.0.0 5.7.1 The class is the code's")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA", "Deferred 4.4.2 The server closed the connection")]                      // dropped between dot and reply
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nRESET", "Deferred 4.4.2 The server closed the connection")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nS: what a day", "Deferred 4.5.0 The server's answer is not SMTP")]
    [InlineData("S: 250 Ok\nS: 250 Ok\nS: 354 Go\nDATA\nS: 250-2.0.0 a\nS: 251 b", "Deferred 4.5.0 The server's answer is not SMTP")]
    [InlineData("S: 250 Ok\nS: 421 4.3.2 Going down", "Deferred 421 4.3.2 Going down")]
    public async Task OutcomeIsClassifiedRight(string end, string outcome)
    {
        await using ScriptedServer server = new(Hello + Mail + end);
        await using OutboundAgent agent = Sending.AgentFor(server);
        Assert.Equal([outcome], (await agent.SendAsync()).Words());
        await server.IsDoneAsync();
    }

    [Fact]
    public async Task EndsAnAcceptedDataWithoutRecipientsWithNothing()
    {
        await using ScriptedServer server = new(Hello + Mail + "S: 250 Ok\nS: 550 5.1.1 No\nS: 354 Go\nC: .\nS: 554 No recipients\nC: RSET\n" + Mail + "S: 250 Reset\n" + Accepted + "C: QUIT");
        await using (OutboundAgent agent = Sending.AgentFor(server))
        {
            Assert.Equal(["Failed 550 5.1.1 No"], (await agent.SendAsync()).Words());
            Assert.Equal(["Delivered 250 2.0.0 Queued as 1"], (await agent.SendAsync()).Words());
        }

        await server.IsDoneAsync();
    }

    [Fact]
    public async Task SendsChunksWhereTheServerTakesThem()
    {
        string text = "Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat(".0123456789abcdefghijklmnopqrstuvwxyz\r\n", 3_000));
        await using ScriptedServer server = new(
            $"""
             S: 220 a.test
             C: EHLO host.test
             S: 250-a.test
             S: 250-PIPELINING
             S: 250 CHUNKING
             C: MAIL FROM:<s@b.test>
             C: RCPT TO:<u@a.test>
             S: 250 Ok
             S: 250 Ok
             C: BDAT 65536
             BYTES 65536
             S: 250 Ok
             C: BDAT {text.Length - 65536} LAST
             BYTES {text.Length - 65536}
             S: 250 Got all
             """);
        await using OutboundAgent agent = Sending.AgentFor(server);
        Assert.Equal(["Delivered 250 2.0.0 Got all"], (await agent.SendAsync(text)).Words());
        await server.IsDoneAsync();
        Assert.Equal(text, string.Concat(server.Contents));
    }

    [Fact]
    public async Task BareLineEndsNeverLeave()
    {
        const string Smuggled = "Subject: x\n\nend\n.\nMAIL FROM:<evil@a.test>\r.\r\rend\r";
        await using ScriptedServer server = new(Hello + Mail.Replace("=21", $"={Smuggled.Length}", StringComparison.Ordinal) + Accepted);
        await using OutboundAgent agent = Sending.AgentFor(server);
        await agent.SendAsync(Smuggled);
        await server.IsDoneAsync();
        Assert.Equal("Subject: x\r\n\r\nend\r\n..\r\nMAIL FROM:<evil@a.test>\r\n..\r\n\r\nend\r\n", server.Contents[0]);
    }

    [Fact]
    public async Task NothingIsSentWhenTheMessageHasANewOwnerAtTheLastMoment()
    {
        await using ScriptedServer server = new(Hello + Mail + "S: 250 Ok\nS: 250 Ok\nS: 354 Go\nGONE");
        await using OutboundAgent agent = Sending.AgentFor(server);
        SendResult result = await agent.SendAsync(mayCommit: false);
        Assert.Equal(SendStatus.Untried, Assert.Single(result.Outcomes).Status);
        await server.IsDoneAsync();
        Assert.DoesNotContain("\r\n.\r\n", server.Contents[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheServerDoesNotTakeIsNotTried()
    {
        await using ScriptedServer server = new(Hello + "C: QUIT");
        await using (OutboundAgent agent = Sending.AgentFor(server))
        {
            Assert.StartsWith("Failed 5.3.4", (await agent.SendAsync(new string('x', 1_001))).Words()[0], StringComparison.Ordinal);
            Assert.StartsWith("Failed 5.6.3", (await agent.SendAsync(change: message => message with { Is8Bit = true })).Words()[0], StringComparison.Ordinal);
            Assert.StartsWith("Failed 5.6.7", (await agent.SendAsync(change: message => message with { IsUtf8 = true })).Words()[0], StringComparison.Ordinal);
        }

        await server.IsDoneAsync();
    }

    [Fact]
    public async Task ParametersGoAlongWhereTheServerKnowsThem()
    {
        await using ScriptedServer server = new(
            """
            S: 220 a.test
            C: EHLO host.test
            S: 250-a.test
            S: 250-8bitmime
            S: 250-SmtpUtf8
            S: 250-LIMITS MAILMAX=5 RCPTMAX=1
            S: 250 DSN
            C: MAIL FROM:<s@b.test> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb+20c
            S: 250 Ok
            C: RCPT TO:<u@a.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;u+2Bx@a.test
            S: 250 Ok
            C: DATA
            S: 354 Go on
            DATA
            S: 250 Ok
            """);
        await using OutboundAgent agent = Sending.AgentFor(server);
        SendResult result = await agent.SendAsync(to: "u@a.test v@a.test", change: message => message with
        {
            Is8Bit = true,
            IsUtf8 = true,
            ReturnFull = false,
            EnvelopeId = "a+b c",
            Recipients = [message.Recipients[0] with { Notify = "SUCCESS,FAILURE", OriginalRecipient = "rfc822;u+x@a.test" }, message.Recipients[1]],
        });
        Assert.Equal([SendStatus.Delivered, SendStatus.Untried], result.Outcomes.Select(outcome => outcome.Status));
        Assert.True(result.Outcomes[0].ReportsItself);
        await server.IsDoneAsync();
    }

    [Fact]
    public async Task SilentServerIsGivenUpInTime()
    {
        await using ScriptedServer server = new("S: 220-wait for it\nGONE");
        await using OutboundAgent agent = Sending.AgentFor(server, TlsPolicy.None, options => options with { ReplyTimeout = TimeSpan.FromSeconds(1) });
        SendResult result = await agent.SendAsync();
        Assert.Equal(["Deferred 4.4.2 The server did not answer in time"], result.Words());
        Assert.Equal(DestinationHealth.Down, result.Health);
    }

    [Theory]
    [InlineData("S: 554 5.7.1 Not you", "Deferred 554 4.3.2 The server does not serve us: 554 5.7.1 Not you")]
    [InlineData("S: 421 4.7.0 Too many", "Deferred 421 4.7.0 Too many")]
    [InlineData("S: 220 a.test\nC: EHLO host.test\nS: 550 5.7.1 Who?", "Deferred 550 4.3.2 The server does not serve us: 550 5.7.1 Who?")]
    public async Task ServerThatDoesNotServeUsFailsNobody(string script, string outcome)
    {
        await using ScriptedServer server = new(script);
        await using OutboundAgent agent = Sending.AgentFor(server);
        SendResult result = await agent.SendAsync();
        Assert.Equal([outcome], result.Words());
        Assert.Equal(DestinationHealth.Down, result.Health);
    }

    [Fact]
    public async Task NextServerIsAskedWhenTheFirstCannotBeSpokenTo()
    {
        // Both at one port: the first address refuses, the second serves.
        await using ScriptedServer server = new(Hello + Mail + Accepted);
        FakeDns dns = new("a.test MX 10 one.a.test", "a.test MX 20 two.a.test", "one.a.test A 127.0.0.9", "two.a.test A 127.0.0.1");
        await using OutboundAgent agent = Sending.Agent(new DeliveryOptions { HostName = "host.test", Port = server.Port, AllowPrivate = true }, dns);
        SendResult result = await agent.SendAsync();
        Assert.Equal(["Delivered 250 2.0.0 Queued as 1"], result.Words());
        Assert.StartsWith("two.a.test", result.Outcomes[0].Host, StringComparison.Ordinal);
        await server.IsDoneAsync();
    }
}
