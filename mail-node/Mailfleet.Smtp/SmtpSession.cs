using System.Diagnostics;
using Mailfleet.Wire;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Smtp;

/// <summary>
/// One SMTP session (RFC 5321). This file is the loop; each command family has a file of its own. Order in every command: table guard → parse → limit →
/// policy → effect → reply.
/// </summary>
internal sealed partial class SmtpSession
{
    private readonly WireConnection _wire;
    private readonly SmtpEndpoint _endpoint;
    private readonly SmtpOptions _options;
    private readonly ISmtpBackend _backend;
    private readonly ILogger _log;
    private SmtpClient _client;
    private SmtpTransaction? _transaction;
    private Activity? _span;
    private int _junk;
    private bool _ended;

    public SmtpSession(WireConnection wire, SmtpEndpoint endpoint, SmtpOptions options, ISmtpBackend backend, ILogger log)
    {
        _wire = wire;
        _endpoint = endpoint;
        _options = options;
        _backend = backend;
        _log = log;
        _client = NewClient();
    }

    private SmtpTransaction Transaction => _transaction ?? throw new InvalidOperationException("The command table let a command through without a transaction.");

    public async Task RunAsync()
    {
        await AwaitSilenceAsync();
        Greet();
        try
        {
            while (!_ended)
                await ServeLineAsync();
        }
        finally
        {
            ForgetLogIn();
            await ResetTransactionAsync();
        }
    }

    private async ValueTask ServeLineAsync()
    {
        LineRead read = await _wire.ReadLineAsync(LineLimit, _options.CommandTimeout);
        switch (read.Status)
        {
            case LineStatus.Line:
                await ServeCommandAsync(read.Line);
                break;
            case LineStatus.TooLong:
                await ReplyAsync(Junk(SmtpReply.LineTooLong));
                break;
            case LineStatus.BadLineEnd:
                await ReplyAsync(Junk(SmtpReply.BadLineEnd));
                break;
            case LineStatus.Expired:
                End(SmtpReply.TimedOut);
                break;
            case LineStatus.Draining:
                End(SmtpReply.ShuttingDown);
                break;
            case LineStatus.Revoked:
                End(SmtpReply.LogInEnded);
                break;
            default:
                _ended = true;
                break;
        }
    }

    private async ValueTask ServeCommandAsync(ReadOnlyMemory<byte> line)
    {
        SmtpCommand? command = SmtpCommand.Parse(line, out ReadOnlyMemory<byte> argument);
        SmtpReply? reply;
        try
        {
            reply = command is null ? Junk(SmtpReply.UnknownCommand) : await ExecuteAsync(command, argument, _wire.Aborted);
        }
        catch (OperationCanceledException) when (_wire.Aborted.IsCancellationRequested)
        {
            _ended = true;                              // the peer went away while the backend worked for it
            return;
        }
        catch (Exception fault)
        {
            LogFault(fault, _wire.SessionId);
            await ResetTransactionAsync();
            reply = SmtpReply.LocalError;
        }
        Count(command, reply);
        if (reply is not null)
            await ReplyAsync(reply);
        if (command?.Has(CommandRules.EndsGroup) == true)
            await _wire.FlushAsync();
    }

    private async ValueTask<SmtpReply?> ExecuteAsync(SmtpCommand command, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        SmtpReply? refusal = Guard(command, argument);
        if (command.Verb == SmtpVerb.Bdat)
            return await BdatAsync(argument, refusal, cancellationToken);      // its chunk follows whatever we think of it
        if (refusal is not null)
            return Junk(refusal);
        if (command.Has(CommandRules.Junk) && ++_junk > _options.MaxJunkCommands)
            return TooManyErrors();
        return command.Verb switch
        {
            SmtpVerb.Helo => await HelloAsync(argument, isEsmtp: false),
            SmtpVerb.Ehlo => await HelloAsync(argument, isEsmtp: true),
            SmtpVerb.Mail => await MailAsync(argument, cancellationToken),
            SmtpVerb.Rcpt => await RcptAsync(argument, cancellationToken),
            SmtpVerb.Data => await DataAsync(cancellationToken),
            SmtpVerb.Rset => await RsetAsync(),
            SmtpVerb.Auth => await AuthAsync(argument, cancellationToken),
            SmtpVerb.StartTls => await StartTlsAsync(),
            SmtpVerb.Noop => SmtpReply.Ok,
            SmtpVerb.Help => Help(),
            SmtpVerb.Vrfy => Vrfy(),
            SmtpVerb.Expn => Expn(),
            SmtpVerb.Quit => Quit(),
            _ => throw new InvalidOperationException($"{command.Name} has no handler."),
        };
    }

    // RFC 5321 §4.1.4.
    private SmtpReply? Guard(SmtpCommand command, ReadOnlyMemory<byte> argument)
    {
        if (command.Has(CommandRules.NeedsHello) && _client.Helo is null)
            return SmtpReply.OutOfOrder;
        if (command.Has(CommandRules.NeedsLogIn) && _endpoint.Service == SmtpService.Submission && _client.Identity is null)
            return SmtpReply.LogInFirst;
        if (command.Has(CommandRules.NeedsTransaction) && _transaction is null)
            return SmtpReply.OutOfOrder;
        if (command.Has(CommandRules.NeedsNoTransaction) && _transaction is not null)
            return SmtpReply.OutOfOrder;
        if (command.Has(CommandRules.NeedsRecipient) && Transaction.Recipients.Count == 0)
            return SmtpReply.OutOfOrder;
        if (command.Has(CommandRules.NeedsNoChunks) && _chunks is not null)
            return SmtpReply.OutOfOrder;
        return command.Has(CommandRules.NoArgument) && !argument.IsEmpty ? SmtpReply.BadArguments : null;
    }

    private void Count(SmtpCommand? command, SmtpReply? reply)
    {
        SmtpMetrics.Answered(_endpoint.Service, command?.Name, reply);
        _wire.Tally.Commands++;
        if (reply is null or { IsPositive: true })
            return;
        _wire.Tally.Refusals++;
        if (command?.Verb is SmtpVerb.Mail or SmtpVerb.Rcpt or SmtpVerb.Data or SmtpVerb.Bdat)
            SmtpMetrics.Refused(_endpoint.Service, reply);
    }

    private int LineLimit => _endpoint.Service == SmtpService.Submission ? _options.MaxAuthLineOctets : _options.MaxCommandOctets;

    // Counts an error of the client; the one too many closes.
    private SmtpReply Junk(SmtpReply reply) => ++_junk > _options.MaxJunkCommands ? TooManyErrors() : reply;

    private SmtpReply TooManyErrors()
    {
        _ended = true;
        _wire.Tally.Outcome = SessionOutcome.Dismissed;
        LogTooManyErrors(_wire.SessionId, _wire.Remote.Address);
        return SmtpReply.TooManyErrors;
    }

    private void End(SmtpReply reply)
    {
        _ended = true;
        reply.WriteTo(_wire.Output);
    }

    private async ValueTask ReplyAsync(SmtpReply reply)
    {
        reply.WriteTo(_wire.Output);
        _ended |= !await _wire.FlushIfFullAsync();
    }

    private async ValueTask ResetTransactionAsync()
    {
        EndTransaction();
        ContentIntake? chunks = _chunks;
        _chunks = null;
        if (chunks is not null)
            await chunks.DisposeAsync();
    }

    private void EndTransaction()
    {
        _transaction = null;
        _span?.Dispose();
        _span = null;
    }

    private SmtpClient NewClient() => new(_wire.SessionId, _endpoint.Service, _wire.Remote, _wire.Local, _wire.IsTrusted, Helo: null, IsEsmtp: false, _wire.TlsProtocol, Identity: null);

    [LoggerMessage(1, LogLevel.Error, "SMTP session {SessionId} met an unexpected fault")]
    private partial void LogFault(Exception fault, string sessionId);

    [LoggerMessage(2, LogLevel.Information, "SMTP session {SessionId} from {Remote} closed after too many errors")]
    private partial void LogTooManyErrors(string sessionId, System.Net.IPAddress remote);
}
