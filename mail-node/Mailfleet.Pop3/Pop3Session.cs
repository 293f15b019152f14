using Mailfleet.Wire;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Pop3;

/// <summary>One POP3 session (RFC 1939). This file is the loop; each command family has a file of its own.</summary>
internal sealed partial class Pop3Session : IAsyncDisposable
{
    private readonly WireConnection _wire;
    private readonly Pop3Options _options;
    private readonly IPop3Backend _backend;
    private readonly ILogger _log;
    private OpenMaildrop? _maildrop;
    private int _junk;
    private bool _ended;

    public Pop3Session(WireConnection wire, Pop3Options options, IPop3Backend backend, ILogger log)
    {
        _wire = wire;
        _options = options;
        _backend = backend;
        _log = log;
    }

    private OpenMaildrop Maildrop => _maildrop ?? throw new InvalidOperationException("The command table let a command through without a maildrop.");

    public async Task RunAsync()
    {
        new Pop3Reply(true, $"{_options.HostName} POP3 ready").WriteTo(_wire.Output);
        while (!_ended)
            await ServeLineAsync();
    }

    /// <summary>Lets the maildrop go; what QUIT did not commit was never deleted (RFC 1939 §6).</summary>
    public ValueTask DisposeAsync()
    {
        _logInWatch?.Dispose();
        return _maildrop?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async ValueTask ServeLineAsync()
    {
        LineRead read = await _wire.ReadLineAsync(_options.MaxCommandOctets, _maildrop is null ? _options.LogInTimeout : _options.IdleTimeout);
        switch (read.Status)
        {
            case LineStatus.Line:
                await ServeCommandAsync(read.Line);
                break;
            case LineStatus.TooLong:
                await ReplyAsync(Junk(Pop3Reply.LineTooLong));
                break;
            case LineStatus.BadLineEnd:
                await ReplyAsync(Junk(Pop3Reply.BadLineEnd));
                break;
            case LineStatus.Expired:
                await ReplyAsync(EndWith(Pop3Reply.TimedOut));
                break;
            case LineStatus.Draining:
                await ReplyAsync(EndWith(Pop3Reply.ShuttingDown));
                break;
            case LineStatus.Revoked:
                await ReplyAsync(EndWith(Pop3Reply.LogInEnded));
                break;
            default:
                _ended = true;
                break;
        }
    }

    private async ValueTask ServeCommandAsync(ReadOnlyMemory<byte> line)
    {
        Pop3Command? command = Pop3Command.Parse(line, out ReadOnlyMemory<byte> argument);
        Pop3Reply? reply;
        try
        {
            reply = command is null ? Junk(Pop3Reply.UnknownCommand) : await ExecuteAsync(command, argument, _wire.Aborted);
        }
        catch (OperationCanceledException) when (_wire.Aborted.IsCancellationRequested)
        {
            _ended = true;                              // the peer went away while the backend worked for it
            return;
        }
        catch (Exception fault)
        {
            LogFault(fault, _wire.SessionId);
            reply = Pop3Reply.LocalError;
        }
        Count(command, reply);
        if (reply is not null)
            await ReplyAsync(reply);
        if (command?.Has(CommandRules.EndsGroup) == true)
            await _wire.FlushAsync();
    }

    // Null when the command wrote its reply itself.
    private async ValueTask<Pop3Reply?> ExecuteAsync(Pop3Command command, ReadOnlyMemory<byte> argument, CancellationToken cancellationToken)
    {
        if (!command.Has(_maildrop is null ? CommandRules.Authorization : CommandRules.Transaction))
            return Junk(Pop3Reply.WrongState);
        if (command.Has(CommandRules.NoArgument) && argument.Span.ContainsAnyExcept((byte)' '))
            return Junk(Pop3Reply.BadArguments);
        if (command.Has(CommandRules.Junk) && ++_junk > _options.MaxJunkCommands)
            return Dismiss(Pop3Reply.TooManyErrors);
        return command.Verb switch
        {
            Pop3Verb.User => User(argument.Span),
            Pop3Verb.Pass => await PassAsync(argument, cancellationToken),
            Pop3Verb.Auth => await AuthAsync(argument, cancellationToken),
            Pop3Verb.Stls => await StlsAsync(),
            Pop3Verb.Utf8 => Utf8Mode(),
            Pop3Verb.Capa => Capa(),
            Pop3Verb.Stat => Stat(),
            Pop3Verb.List => await ListAsync(argument),
            Pop3Verb.Uidl => await UidlAsync(argument),
            Pop3Verb.Retr => await RetrAsync(argument, cancellationToken),
            Pop3Verb.Top => await TopAsync(argument, cancellationToken),
            Pop3Verb.Dele => Dele(argument.Span),
            Pop3Verb.Rset => Rset(),
            Pop3Verb.Noop => Pop3Reply.Ok,
            Pop3Verb.Quit => await QuitAsync(),
            _ => throw new InvalidOperationException($"{command.Name} has no handler."),
        };
    }

    private void Count(Pop3Command? command, Pop3Reply? reply)
    {
        Pop3Metrics.Answered(command?.Name, reply);
        _wire.Tally.Commands++;
        if (reply is { IsPositive: false })
            _wire.Tally.Refusals++;
    }

    // Counts an error of the client; the one too many closes.
    private Pop3Reply Junk(Pop3Reply reply) => ++_junk > _options.MaxJunkCommands ? Dismiss(Pop3Reply.TooManyErrors) : reply;

    private Pop3Reply Dismiss(Pop3Reply reply)
    {
        _wire.Tally.Outcome = SessionOutcome.Dismissed;
        return EndWith(reply);
    }

    private Pop3Reply EndWith(Pop3Reply reply)
    {
        _ended = true;
        return reply;
    }

    private async ValueTask ReplyAsync(Pop3Reply reply)
    {
        reply.WriteTo(_wire.Output);
        _ended |= !await _wire.FlushIfFullAsync();
    }

    [LoggerMessage(1, LogLevel.Error, "POP3 session {SessionId} met an unexpected fault")]
    private partial void LogFault(Exception fault, string sessionId);
}
