using System.Net;
using System.Net.Sockets;
using Mailfleet.Delivery;
using Mailfleet.Delivery.Resolving;
using Mailfleet.Delivery.Routing;
using Mailfleet.Node.Outbound;
using Mailfleet.Queue;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Node.Tests;

public sealed class QueueTransportTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    [Fact]
    public async Task RecipientsThatAReloadHasPartedAreNotSentToOneAnothersServer()
    {
        // Both went one way when the attempt was made; now each has a server of its own, and neither answers.
        int port = UnusedPort();
        DeliveryOptions options = new() { HostName = "host.test", Routes = new RouteTable([new MailRoute("a.test", "127.0.0.1", port), new MailRoute("b.test", "127.0.0.2", port)]) };
        await using OutboundAgent agent = new(options, new MailDns([], NullLogger.Instance), TimeProvider.System, NullLogger<OutboundAgent>.Instance);
        MessageFacts facts = new(1, 1, null, 10, false, false, MayReport: true, null, null, DateTimeOffset.UnixEpoch);
        QueueEntry[] entries = [.. ((string[])["a.test", "b.test", "a.test"]).Select((domain, number) => new QueueEntry(
            new RecipientKey(1, number), facts, Lane.Interactive, EntryState.Waiting, NotifyOn.Default, 0, IsDelayReported: false, $"u{number}@{domain}", domain, "s@c.test", null, null, null, TimeSpan.Zero, 0))];

        AttemptResult result = await new QueueTransport(agent, node.Store, node.Directory).TryAsync(new Attempt("127.0.0.1:1", entries), () => true, CancellationToken.None);

        Assert.Equal([AttemptStatus.Deferred, AttemptStatus.Untried, AttemptStatus.Deferred], result.Outcomes.Select(outcome => outcome.Status));
    }

    private static int UnusedPort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
