using System.Text;
using Mailfleet.Message;
using Mailfleet.Smtp;

namespace Mailfleet.Smtp.Tests;

/// <summary>A node that knows a few names and stores messages in memory. What an address is called says what becomes of it.</summary>
internal sealed class FakeBackend : ISmtpBackend
{
    public List<byte[]> Stored { get; } = [];

    public List<SmtpTransaction> Transactions { get; } = [];

    /// <summary>Messages that were started and neither accepted nor forgotten.</summary>
    public int OpenMessages { get; private set; }

    /// <summary>Awaited before a message is stored.</summary>
    public Func<Task> BeforeAccept { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited before content is taken.</summary>
    public Func<CancellationToken, Task> BeforeWrite { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What to call for each session that is logged in when its log-in ends.</summary>
    public List<Action> Watched { get; } = [];

    public ValueTask<SmtpLogIn> LogInAsync(SmtpClient client, string user, string password, CancellationToken cancellationToken) => ValueTask.FromResult<SmtpLogIn>((user, password) switch
    {
        ("busy@demo.test", _) => new SmtpLogIn.Unavailable(),
        ("slow@demo.test", _) => new SmtpLogIn.Rejected { Delay = TimeSpan.FromSeconds(10) },
        ("blocked@demo.test", _) => new SmtpLogIn.Rejected("Access is blocked, ask your reseller"),
        ("fault@demo.test", _) => throw new InvalidOperationException("The directory is away."),
        (_, "secret") => new SmtpLogIn.Accepted(new SmtpIdentity(user, user), Watch),
        _ => new SmtpLogIn.Rejected(),
    });

    public ValueTask<SmtpReply?> CheckSenderAsync(SmtpClient client, ReversePath from, long? declaredSize, CancellationToken cancellationToken)
    {
        if (from.Address?.LocalPart == "fault")
            throw new InvalidOperationException("The directory is away.");
        return ValueTask.FromResult(client.Identity is { } identity && from.Address?.ToString() != identity.Address ? new SmtpReply(553, "5.7.1", "Sender is not yours") : null);
    }

    public ValueTask<SmtpReply?> CheckRecipientAsync(SmtpTransaction transaction, ForwardPath to, CancellationToken cancellationToken) => ValueTask.FromResult(to.Address switch
    {
        { Domain: not ("demo.test" or "") } => new SmtpReply(550, "5.7.1", "Relaying denied"),
        { LocalPart: "nobody" } => new SmtpReply(550, "5.1.1", "No such mailbox"),
        { LocalPart: "full" } => new SmtpReply(452, "4.2.2", "Mailbox is full"),
        { LocalPart: "fault" } => throw new InvalidOperationException("The directory is away."),
        { LocalPart: "odd" } => new SmtpReply(550, "5.2.1", "First line\r\nsecond \u00e9"),
        _ => null,
    });

    public ValueTask<ISmtpMessage> StartMessageAsync(SmtpTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.From.Address?.LocalPart == "no-disk")
            throw new IOException("The disk is away.");
        OpenMessages++;
        return ValueTask.FromResult<ISmtpMessage>(new Incoming(this, transaction));
    }

    private Watcher Watch(Action ended)
    {
        Watched.Add(ended);
        return new Watcher(this, ended);
    }

    private sealed class Watcher(FakeBackend backend, Action ended) : IDisposable
    {
        public void Dispose() => backend.Watched.Remove(ended);
    }

    private sealed class Incoming(FakeBackend backend, SmtpTransaction transaction) : ISmtpMessage
    {
        private readonly MemoryStream _content = new();

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await backend.BeforeWrite(cancellationToken);
            _content.Write(content.Span);
            if (_content.GetBuffer().AsSpan(0, (int)_content.Length).IndexOf("break the disk"u8) >= 0)
                throw new IOException("The disk broke.");
        }

        public async ValueTask<SmtpReply> AcceptAsync()
        {
            await backend.BeforeAccept();
            if (Encoding.Latin1.GetString(_content.ToArray()).Contains("refuse this", StringComparison.Ordinal))
                return new SmtpReply(550, "5.7.1", "Refused by content");
            backend.Stored.Add(_content.ToArray());
            backend.Transactions.Add(transaction);
            return new SmtpReply(250, "2.0.0", "Stored");
        }

        public ValueTask DisposeAsync()
        {
            backend.OpenMessages--;
            return ValueTask.CompletedTask;
        }
    }
}
