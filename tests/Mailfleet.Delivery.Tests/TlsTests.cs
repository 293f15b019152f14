using Mailfleet.Delivery.Routing;

namespace Mailfleet.Delivery.Tests;

/// <summary>STARTTLS as a client.</summary>
public sealed class TlsTests
{
    private const string Offer =
        """
        S: 220 a.test
        C: EHLO host.test
        S: 250-a.test
        S: 250-PIPELINING
        S: 250 STARTTLS
        C: STARTTLS

        """;

    private const string Plainly =
        """
        C: MAIL FROM:<s@b.test>
        S: 250 Ok
        C: RCPT TO:<u@a.test>
        S: 250 Ok
        C: DATA
        S: 354 Go on
        DATA
        S: 250 2.0.0 Ok

        """;

    [Theory]
    [InlineData(TlsPolicy.Opportunistic)]
    [InlineData(TlsPolicy.Required)]
    public async Task AsksAnewUnderTlsAndForgetsWhatWasSaidBefore(TlsPolicy policy)
    {
        // Under TLS the server offers nothing: no pipelining may be left over.
        await using ScriptedServer server = new(Offer + "S: 220 Go\nTLS\nC: EHLO host.test\nS: 250 a.test\n" + Plainly + "C: QUIT");
        await using (OutboundAgent agent = Sending.AgentFor(server, policy))
        {
            SendResult result = await agent.SendAsync();
            Assert.Equal(["Delivered 250 2.0.0 Ok"], result.Words());
            Assert.StartsWith("TLS1.", result.Outcomes[0].Tls, StringComparison.Ordinal);
        }

        await server.IsDoneAsync();
    }

    [Fact]
    public async Task NeverTurnsToTlsWhereTheRouteSaysNone()
    {
        await using ScriptedServer server = new("S: 220 a.test\nC: EHLO host.test\nS: 250-a.test\nS: 250 STARTTLS\n" + Plainly);
        await using OutboundAgent agent = Sending.AgentFor(server, TlsPolicy.None);
        Assert.Null(Assert.Single((await agent.SendAsync()).Outcomes).Tls);
        await server.IsDoneAsync();
    }

    [Theory]
    [InlineData("S: 220 Go\nGARBAGE\n")]
    [InlineData("S: 220 Go\n")]
    public async Task BrokenHandshakeIsNoReasonForMailToWaitWhereTlsIsOpportunistic(string broken)
    {
        await using ScriptedServer server = new(Offer + broken, "S: 220 a.test\nC: EHLO host.test\nS: 250 a.test\n" + Plainly);
        await DeliversPlainlyAsync(server);
    }

    [Fact]
    public async Task RefusedTlsIsNoReasonForMailToWaitWhereItIsOpportunistic()
    {
        await using ScriptedServer server = new(Offer +
            """
            S: 454 Not now
            C: MAIL FROM:<s@b.test>
            C: RCPT TO:<u@a.test>
            C: DATA
            S: 250 Ok
            S: 250 Ok
            S: 354 Go on
            DATA
            S: 250 2.0.0 Ok
            """);
        await DeliversPlainlyAsync(server);
    }

    [Theory]
    [InlineData("S: 220 Go\nGARBAGE\n", "4.7.5")]
    [InlineData("S: 454 Not now\n", "4")]
    [InlineData(null, "4.7.4")]
    public async Task MailWaitsWhereTlsIsRequired(string? broken, string status)
    {
        await using ScriptedServer server = new(broken is null ? "S: 220 a.test\nC: EHLO host.test\nS: 250 a.test\nC: QUIT" : Offer + broken);
        await using OutboundAgent agent = Sending.AgentFor(server, TlsPolicy.Required);
        SendResult result = await agent.SendAsync();
        Assert.Equal(SendStatus.Deferred, Assert.Single(result.Outcomes).Status);
        Assert.StartsWith(status, result.Outcomes[0].Reply.Status, StringComparison.Ordinal);
        Assert.Equal(DestinationHealth.Down, result.Health);
    }

    // Somebody on the way adds what the server would have said under TLS: believing it would let him choose.
    [Theory]
    [InlineData(TlsPolicy.Opportunistic)]
    [InlineData(TlsPolicy.Required)]
    public async Task WhatIsInjectedBeforeTheHandshakeEndsIt(TlsPolicy policy)
    {
        await using ScriptedServer server = new(Offer + "S: 220 Go\\r\\n250-a.test\\r\\n250 AUTH PLAIN\nGONE");
        await using OutboundAgent agent = Sending.AgentFor(server, policy);
        SendResult result = await agent.SendAsync();
        Assert.StartsWith("Deferred 4.7.5", Assert.Single(result.Words()), StringComparison.Ordinal);
        await server.IsDoneAsync();
        Assert.Equal("", server.Contents[0]);
    }

    private static async Task DeliversPlainlyAsync(ScriptedServer server)
    {
        await using OutboundAgent agent = Sending.AgentFor(server);
        SendResult result = await agent.SendAsync();
        Assert.Equal(["Delivered 250 2.0.0 Ok"], result.Words());
        Assert.Null(result.Outcomes[0].Tls);
        await server.IsDoneAsync();
    }
}
