using System.Text;
using CsCheck;

namespace Mailfleet.Message.Tests;

public sealed class HeaderTests
{
    private const string Sample = "Received: from a\r\n\tby b\r\nFrom: A <a@b.test>\r\nSUBJECT : two\r\n  lines \r\nX-Empty:\r\n\r\nFrom: body@b.test\r\n";

    [Fact]
    public void CutsAHeaderIntoFieldsWithoutChangingAByte()
    {
        HeaderBlock header = Parse(Sample);
        Assert.True(header.IsWellFormed);
        Assert.Equal(["Received", "From", "SUBJECT", "X-Empty"], header.Fields.Select(static field => field.Name));
        Assert.Equal("two  lines", header.Find("Subject")!.Value.Unfold());
        Assert.Equal("", header.Find("x-empty")!.Value.Unfold());
        Assert.Equal(1, header.Count("from"));
        Assert.Equal(Sample[..header.BodyOffset], string.Concat(header.Fields.Select(static field => Encoding.ASCII.GetString(field.Raw.Span))) + "\r\n");
        Assert.Equal("From: body@b.test\r\n", Sample[header.BodyOffset..]);
    }

    [Theory]
    [InlineData("From: a@b.test\r\nno field\r\nFrom: c@d.test\r\n\r\n", 2)]
    [InlineData(" folded first\r\nFrom: a@b.test\r\n\r\n", 1)]
    [InlineData("From : a@b.test\r\n: nameless\r\nFROM\t: c@d.test\r\n\r\n", 2)]
    [InlineData("Fr om: a@b.test\r\n\r\n", 0)]
    public void CountsWhatStandsAroundMalformedLines(string text, int count)
    {
        HeaderBlock header = Parse(text);
        Assert.False(header.IsWellFormed);
        Assert.Equal(count, header.Count("From"));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("\r\nbody", 2)]
    [InlineData("A: b", 4)]
    [InlineData("A: b\r\n", 6)]
    public void KnowsWhereTheBodyBegins(string text, int offset) => Assert.Equal(offset, Parse(text).BodyOffset);

    [Fact]
    public void CollectsTheHeaderHoweverItIsCut() => Gen.Int[1, 9].Array[1, 4].Sample(lengths =>
    {
        HeaderCollector collector = new();
        byte[] message = Encoding.ASCII.GetBytes(Sample);
        int at = 0;
        int taken = 0;
        for (int i = 0; at < message.Length; i++)
        {
            int length = Math.Min(lengths[i % lengths.Length], message.Length - at);
            taken += collector.Take(message.AsSpan(at, length));
            at += length;
        }
        int header = Parse(Sample).BodyOffset;
        Assert.True(collector.IsComplete);
        Assert.Equal(header, taken);
        Assert.Equal(message[..header], collector.Bytes.ToArray());
    });

    [Fact]
    public void HoldsNoMoreThanItsLimit()
    {
        HeaderCollector collector = new(maxBytes: 10);
        Assert.Equal(10, collector.Take("A: 123456789\r\n\r\n"u8));
        Assert.True(collector.IsTooLarge);
        Assert.Equal(0, collector.Take("more"u8));
        Assert.False(collector.IsComplete);
        Assert.Equal(10, collector.Bytes.Length);
    }

    [Fact]
    public void AMessageMayHaveNoHeader()
    {
        HeaderCollector collector = new();
        Assert.Equal(1, collector.Take("\r"u8));
        Assert.Equal(1, collector.Take("\nbody\r\n\r\n"u8));
        Assert.True(collector.IsComplete);
    }

    [Fact]
    public void SubmissionAddsWhatIsMissingAndDropsBcc()
    {
        string completed = Complete("From: a@b.test\r\nBcc: hidden@b.test,\r\n more@b.test\r\nSubject: x\r\nbcc : again@b.test\r\n\r\n");
        Assert.Equal("From: a@b.test\r\nSubject: x\r\nDate: Tue, 3 Nov 2026 04:05:06 +0000\r\nMessage-ID: <id@mx.test>\r\n\r\n", completed);
    }

    [Fact]
    public void SubmissionKeepsWhatIsThere()
    {
        const string Whole = "date: any\r\nodd line\r\nMessage-Id: <x@y>\r\n\tfolded\r\n\r\n";
        Assert.Equal(Whole, Complete(Whole));
        Assert.Throws<ArgumentException>(static () => SubmissionHeader.Complete(Parse("\r\n"), default, "a\r\nb@c"));
    }

    private static string Complete(string text) =>
        Encoding.ASCII.GetString(SubmissionHeader.Complete(Parse(text), new DateTimeOffset(2026, 11, 3, 4, 5, 6, TimeSpan.Zero), "id@mx.test").Span);

    private static HeaderBlock Parse(string text) => HeaderBlock.Parse(Encoding.ASCII.GetBytes(text));
}
