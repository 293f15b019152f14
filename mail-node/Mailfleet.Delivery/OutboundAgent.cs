using Mailfleet.Delivery.Client;
using Mailfleet.Delivery.Resolving;
using Mailfleet.Delivery.Routing;
using Mailfleet.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Delivery;

/// <summary>
/// Carries messages to other hosts: finds the servers of a domain, keeps connections to them, and says of each recipient what became of it. It remembers
/// nothing of a message; who calls decides when to try again.
/// </summary>
public sealed partial class OutboundAgent : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly DeadlineSweep _sweep;
    private readonly SocketConnectionContextFactory _transport;
    private readonly ConnectionPool _pool;
    private volatile State _state;

    public OutboundAgent(DeliveryOptions options, IMailDns dns, TimeProvider clock, ILogger<OutboundAgent> log)
    {
        _clock = clock;
        _log = log;
        _sweep = new DeadlineSweep(clock);
        _transport = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), log);
        _pool = new ConnectionPool(clock) { Lifetime = options.IdleTimeout };
        _state = new State(options, dns);
    }

    /// <summary>What is in force.</summary>
    public DeliveryOptions Options => _state.Options;

    /// <summary>Who is asked about names.</summary>
    public IMailDns Dns => _state.Dns;

    /// <summary>New settings for messages from now on; those under way keep theirs.</summary>
    public void Reload(DeliveryOptions options, IMailDns dns)
    {
        _state = new State(options, dns);
        _pool.Lifetime = options.IdleTimeout;
    }

    /// <summary>What mail for the domain shares a way with: its route's server, or the domain itself.</summary>
    public string HopOf(string domain) => _state.Options.Routes.Find(domain)?.Hop ?? domain;

    /// <summary>Tries to send a message to recipients that share a hop. Throws for cancellation alone; a connection is then cut off.</summary>
    /// <param name="domain">One domain of the hop.</param>
    /// <param name="mayCommit">Asked right before the point of no return: whether the caller still owns the message.</param>
    public async Task<SendResult> SendAsync(string domain, OutboundMessage message, Func<bool> mayCommit, CancellationToken cancellationToken)
    {
        State state = _state;
        Destination destination = await new DestinationResolver(state.Dns, state.Options).ResolveAsync(domain, cancellationToken);
        if (destination.Fault is { } fault)
        {
            return fault.IsPermanent
                ? SendResult.All(message, new RecipientOutcome(SendStatus.Failed, fault), DestinationHealth.Fine)
                : SendResult.All(message, new RecipientOutcome(SendStatus.Deferred, fault), DestinationHealth.Down);
        }

        RecipientOutcome last = new(SendStatus.Deferred, DeliveryReply.Local("4.4.1", "No server was tried"));
        foreach (MailServer server in destination.Servers)
        {
            (SendResult? result, last) = await TryAsync(server, state.Options, message, mayCommit, cancellationToken);
            if (result is not null)
                return result;
        }

        return SendResult.All(message, last, DestinationHealth.Down);
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _transport.Dispose();
        _sweep.Dispose();
    }

    /// <summary>No result when this server could not be spoken to and the next one is to be tried.</summary>
    private async Task<(SendResult? Result, RecipientOutcome Last)> TryAsync(
        MailServer server, DeliveryOptions options, OutboundMessage message, Func<bool> mayCommit, CancellationToken cancellationToken)
    {
        while (true)
        {
            ServerConnection? kept = _pool.Take(server);
            (ServerConnection? connection, DeliveryReply reply) = kept is null
                ? await ServerConnection.OpenAsync(server, options, _sweep, _transport, _clock, cancellationToken)
                : (kept, DeliveryReply.Local("2.0.0", "Kept"));
            if (connection is null)
                return (null, new RecipientOutcome(SendStatus.Deferred, reply, server.ToString()));

            TransactionResult result = await SendOverAsync(connection, message, mayCommit, cancellationToken);
            await _pool.ReturnAsync(server, connection);
            RecipientOutcome last = result.Outcomes[^1];
            if (!result.IsLostBeforeMail)
                return (new SendResult(result.Outcomes, result.Outcomes.Any(outcome => outcome.Reply.Code == 421) ? DestinationHealth.Busy : DestinationHealth.Fine), last);

            // A kept connection may have been closed by the server long ago; only a new one tells.
            if (kept is null)
                return (null, last with { Status = SendStatus.Deferred });
        }
    }

    private async Task<TransactionResult> SendOverAsync(ServerConnection connection, OutboundMessage message, Func<bool> mayCommit, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.SendAsync(message, mayCommit, cancellationToken);
        }
        catch (IOException damage)
        {
            // The store has raised the alarm already; other mail goes on.
            LogUnreadable(damage);
            return TransactionResult.All(message, new RecipientOutcome(SendStatus.Deferred, DeliveryReply.Local("4.3.0", "The stored message cannot be read")));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "A message that is to be sent cannot be read; it waits")]
    private partial void LogUnreadable(Exception damage);

    private sealed record State(DeliveryOptions Options, IMailDns Dns);
}
