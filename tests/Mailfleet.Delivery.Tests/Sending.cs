using System.Globalization;
using System.Text;
using Mailfleet.Delivery.Routing;
using Mailfleet.Message;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Delivery.Tests;

/// <summary>An agent that sends everything for <c>a.test</c> to scripted servers.</summary>
internal static class Sending
{
    public const string Text = "Subject: x\r\n\r\nHello\r\n";

    public static OutboundAgent AgentFor(ScriptedServer server, TlsPolicy tls = TlsPolicy.Opportunistic, Func<DeliveryOptions, DeliveryOptions>? change = null)
    {
        DeliveryOptions options = new() { HostName = "host.test", Routes = new RouteTable([new MailRoute("*", "127.0.0.1", server.Port, tls)]) };
        return Agent(change?.Invoke(options) ?? options, new FakeDns());
    }

    public static OutboundAgent Agent(DeliveryOptions options, FakeDns dns) => new(options, dns, TimeProvider.System, NullLogger<OutboundAgent>.Instance);

    public static Task<SendResult> SendAsync(this OutboundAgent agent, string text = Text, string to = "u@a.test", bool mayCommit = true, Func<OutboundMessage, OutboundMessage>? change = null)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        OutboundMessage message = new(new ReversePath(MailAddress.Parse("s@b.test")!), [.. to.Split(' ').Select(address => new OutboundRecipient(MailAddress.Parse(address)!))], bytes.Length)
        {
            OpenAsync = _ => ValueTask.FromResult<IOutboundContent?>(new Content(bytes)),
        };
        return agent.SendAsync("a.test", change?.Invoke(message) ?? message, () => mayCommit, CancellationToken.None);
    }

    /// <summary>Outcomes as <c>Delivered 250 2.0.0 text</c>.</summary>
    public static string[] Words(this SendResult result) => [.. result.Outcomes.Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome.Status} {outcome.Reply}"))];

    private sealed class Content(byte[] bytes) : IOutboundContent
    {
        private int _offset;

        // In odd pieces, so that line ends fall between reads.
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int count = Math.Min(Math.Min(buffer.Length, 4_097), bytes.Length - _offset);
            bytes.AsSpan(_offset, count).CopyTo(buffer.Span);
            _offset += count;
            return ValueTask.FromResult(count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
