using System.Text;

namespace Mailfleet.Pop3.Tests;

/// <summary>A node that knows a few names; each has a maildrop of its own.</summary>
internal sealed class FakeBackend : IPop3Backend
{
    public FakeMaildrop? Opened { get; private set; }

    /// <summary>The maildrop of <c>test@demo.test</c>.</summary>
    public FakeMaildrop Own { get; set; } = new();

    /// <summary>What to call for each session that is logged in when its log-in ends.</summary>
    public List<Action> Watched { get; } = [];

    public ValueTask<Pop3LogIn> LogInAsync(Pop3Client client, string user, string password, CancellationToken cancellationToken) => ValueTask.FromResult((user, password) switch
    {
        ("busy@demo.test", _) => new Pop3LogIn.Unavailable(),
        ("slow@demo.test", _) => new Pop3LogIn.Rejected { Delay = TimeSpan.FromSeconds(10) },
        ("blocked@demo.test", _) => new Pop3LogIn.Rejected("Access is blocked, ask your reseller"),
        ("fault@demo.test", _) => throw new InvalidOperationException("The directory is away."),
        ("alice@demo.test", "secret") => Open(new FakeMaildrop(
            Bytes("Subject: one\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n"),
            Bytes("Subject: two\r\n\r\nline 1\r\nline 2\r\nline 3\r\n"),
            null,
            Bytes("Subject: four\r\n\r\nno end of line"))),
        ("broken@demo.test", "secret") => Open(new FakeMaildrop(Bytes("Subject: x\r\n\r\n12345<!>text\r\n"), Bytes("<!>\r\n"))),
        ("readonly@demo.test", "secret") => Open(new FakeMaildrop(Bytes("a\r\n"), Bytes("b\r\n")) { IsReadOnly = true }),
        ("empty@demo.test", " a secret with spaces ") => Open(new FakeMaildrop()),
        ("\u7528\u6237@demo.test", "\u5bc6\u7801") => Open(new FakeMaildrop()),
        ("test@demo.test", "secret") => Open(Own),
        _ => (Pop3LogIn)new Pop3LogIn.Rejected(),
    });

    private Pop3LogIn.Accepted Open(FakeMaildrop maildrop)
    {
        Opened = maildrop;
        return new Pop3LogIn.Accepted(maildrop, Watch);
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

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
