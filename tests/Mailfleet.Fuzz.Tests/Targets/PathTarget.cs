using Mailfleet.Message;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Paths of MAIL and RCPT: what was read can be written and read again, reads no further than the input, and holds no control character.</summary>
internal sealed class PathTarget : FuzzTarget
{
    public override string Name => "path";

    public override IReadOnlyList<string> Words { get; } = ["<>", "<postmaster>", "@a.test:", "@a.test,@b.test:", "\"a b\"@", "\\\"", "[127.0.0.1]", "[IPv6:::1]", "xn--bcher-kva.test", "b\u00c3\u00bccher.test"];

    public override ValueTask CheckAsync(byte[] input)
    {
        if (PathParser.ParseReversePath(input, out int read) is { } from)
        {
            Assert.InRange(read, 2, input.Length);
            string text = Written(from.ToString());
            Assert.Equal(text, PathParser.ParseReversePath(System.Text.Encoding.UTF8.GetBytes(text), out _)?.ToString());
        }

        if (PathParser.ParseForwardPath(input, out read) is { } to)
        {
            Assert.InRange(read, 3, input.Length);
            string text = Written(to.ToString());
            Assert.Equal(text, PathParser.ParseForwardPath(System.Text.Encoding.UTF8.GetBytes(text), out _)?.ToString());
        }

        if (PathParser.ParseMailbox(input, out read) is { } address)
        {
            Assert.InRange(read, 3, input.Length);
            Assert.Equal(address, MailAddress.Parse(Written(address.ToString())));
        }

        return ValueTask.CompletedTask;
    }

    private static string Written(string text)
    {
        Assert.DoesNotContain(text, char.IsControl);
        return text;
    }
}
