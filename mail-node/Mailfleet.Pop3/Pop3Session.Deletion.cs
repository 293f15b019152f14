using Mailfleet.Wire;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Pop3;

internal sealed partial class Pop3Session
{
    private static readonly Pop3Reply Deleted = new(true, "Message deleted");
    private static readonly Pop3Reply NotRemoved = Pop3Reply.Error("[SYS/TEMP] Deleted messages were not removed");

    // RFC 1939 §5: a mark until QUIT.
    private Pop3Reply Dele(ReadOnlySpan<byte> argument)
    {
        if (Find(argument, out int index) is { } refusal)
            return refusal;
        Maildrop.Delete(index);
        return Deleted;
    }

    private Pop3Reply Rset()
    {
        Maildrop.RestoreAll();
        return new Pop3Reply(true, $"{Maildrop.Count} messages ({Maildrop.Bytes} octets)");
    }

    // RFC 1939 §6: the UPDATE state. Once the deletion has begun the client's going away does not stop it.
    private async ValueTask<Pop3Reply> QuitAsync()
    {
        _ended = true;
        _wire.Tally.Outcome = SessionOutcome.Quit;
        if (_maildrop is not null)
        {
            try
            {
                await _maildrop.CommitAsync(CancellationToken.None);
            }
            catch (Exception fault)
            {
                LogFault(fault, _wire.SessionId);
                return NotRemoved;
            }
        }
        return new Pop3Reply(true, $"{_options.HostName} closing connection");
    }
}
