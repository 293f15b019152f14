using System.Globalization;
using System.Text;
using Mailfleet.Message.Summaries;

namespace Mailfleet.Message.Tests;

public sealed class SummaryTests
{
    [Fact]
    public void EnvelopeIsReadAndDecoded()
    {
        MessageEnvelope envelope = Read(
            """
            Date: Tue, 3 Feb 2026 04:05:06 +0800
            Subject: =?gb2312?B?xOO6ww==?= =?utf-8?q?_und_Gr=C3=BC=C3=9Fe?=
            From: =?big5?B?p0GmbqFB?= <a@a.test>
            Sender: s@a.test
            Reply-To: "Answer, here" <r@a.test>
            To: Friends: b@b.test, "C" <c@c.test>;, undisclosed-recipients:;
            Cc: d@d.test
            Message-ID: <1@a.test>
            In-Reply-To: <0@a.test>
            References: <x@a.test>
             <0@a.test>
            Subject: the second does not count

            text
            """).Envelope;

        Assert.Equal("你好 und Grüße", envelope.Subject);
        Assert.Equal("Tue, 3 Feb 2026 04:05:06 +0800", envelope.Date);
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(8)), envelope.SentAt);
        Assert.Equal([new EnvelopeAddress("你好，", "a@a.test")], envelope.From);
        Assert.Equal([new EnvelopeAddress(null, "s@a.test")], envelope.Sender);
        Assert.Equal([new EnvelopeAddress("Answer, here", "r@a.test")], envelope.ReplyTo);
        Assert.Equal(
            [new EnvelopeAddress(null, "b@b.test", "Friends"), new EnvelopeAddress("C", "c@c.test", "Friends"), new EnvelopeAddress(null, "", "undisclosed-recipients")], envelope.To);
        Assert.Equal("1@a.test", envelope.MessageId);
        Assert.Equal(["0@a.test"], envelope.InReplyTo);
        Assert.Equal(["x@a.test", "0@a.test"], envelope.References);
        Assert.False(envelope.IsCut);
    }

    [Fact]
    public void StructureNamesEveryPartAndWhereItStands()
    {
        const string Text =
            """
            From: a@a.test
            Content-Type: multipart/mixed; boundary=X

            preamble
            --X
            Content-Type: multipart/alternative; boundary=Y

            --Y
            Content-Type: text/plain; charset=utf-8

            Hello
            world
            --Y
            Content-Type: text/html

            <p>Hello
            --Y--
            --X
            Content-Type: application/pdf; name="a.pdf"
            Content-Disposition: attachment; filename*=utf-8''%E6%8A%A5.pdf
            Content-Transfer-Encoding: base64

            QUJD
            --X
            Content-Type: message/rfc822

            Subject: inner
            From: b@b.test

            inner text
            --X--
            epilogue
            """;
        byte[] bytes = Bytes(Text);
        MessageSummary summary = Read(bytes);

        Assert.Equal("multipart/mixed(multipart/alternative(text/plain,text/html),application/pdf,message/rfc822(text/plain))", Shape(summary.Structure));
        PartStructure plain = summary.Structure.Parts[0].Parts[0];
        Assert.Equal("Content-Type: text/plain; charset=utf-8\r\n\r\n", Slice(bytes, plain.HeaderOffset, plain.BodyOffset - plain.HeaderOffset));
        Assert.Equal("Hello\r\nworld", Slice(bytes, plain.BodyOffset, plain.SizeBytes));
        PartStructure pdf = summary.Structure.Parts[1];
        Assert.Equal(("报.pdf", "attachment", "base64"), (pdf.FileName, pdf.Disposition, pdf.Encoding));
        Assert.Equal("QUJD", Slice(bytes, pdf.BodyOffset, pdf.SizeBytes));
        PartStructure inner = summary.Structure.Parts[2];
        Assert.Equal("inner", inner.Envelope?.Subject);
        Assert.Equal("Subject: inner\r\nFrom: b@b.test\r\n\r\ninner text", Slice(bytes, inner.BodyOffset, inner.SizeBytes));
        Assert.Equal("inner text", Slice(bytes, inner.Parts[0].BodyOffset, inner.Parts[0].SizeBytes));
        Assert.Equal(("Hello world", true), (summary.Preview, summary.HasAttachment));
        Assert.Null(summary.Envelope.Subject);
    }

    [Theory]
    [InlineData("gb18030", "你好，世界。")]
    [InlineData("GB2312", "人民币 €")]
    [InlineData("big5", "你好世界")]
    [InlineData("iso-2022-jp", "こんにちは世界")]
    [InlineData("shift_jis", "こんにちは")]
    [InlineData("euc-kr", "안녕하세요")]
    [InlineData("koi8-r", "Привет")]
    [InlineData("windows-1251", "Привет")]
    [InlineData("utf-8", "👋 hej")]
    public void PreviewReadsCharsets(string charset, string text)
    {
        Encoding encoding = Encoding.GetEncoding(charset.Equals("GB2312", StringComparison.Ordinal) ? "gb18030" : charset);
        byte[] message = [.. Bytes($"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"), .. Encoding.ASCII.GetBytes(Convert.ToBase64String(encoding.GetBytes(text)))];

        Assert.Equal(text, Read(message).Preview);
    }

    [Theory]
    [InlineData("x-nobody-knows")]
    [InlineData("us-ascii")]
    [InlineData("utf-7")]
    [InlineData("\"\"")]
    public void UnknownCharsetIsReadByLookingAtTheBytes(string charset)
    {
        Assert.Equal("Grüße", Read([.. Bytes($"Content-Type: text/plain; charset={charset}\n\n"), .. Encoding.UTF8.GetBytes("Grüße")]).Preview);
        Assert.Equal("Grüße", Read([.. Bytes($"Content-Type: text/plain; charset={charset}\n\n"), .. Encoding.Latin1.GetBytes("Grüße")]).Preview);
    }

    [Theory]
    [InlineData("gb2312", "发票 你好", "gb18030")]
    [InlineData("big5", "你好", "big5")]
    [InlineData("koi8-r", "Привет", "koi8-r")]
    [InlineData("iso-8859-1", "Grüße", "windows-1252")]
    public void HeadersWrittenInTheCharsetOfTheTextAreReadInIt(string charset, string text, string codePage)
    {
        byte[] raw = CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetBytes(text);
        byte[] message = [.. "Subject: "u8, .. raw, .. "\r\nFrom: \""u8, .. raw, .. "\" <a@a.test>\r\nSubject: second\r\n"u8, .. Bytes($"Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/plain; charset={charset}\n\n"), .. raw];

        MessageSummary summary = Read(message);

        Assert.Equal((text, text), (summary.Envelope.Subject, summary.Preview));
        Assert.Equal([new EnvelopeAddress(text, "a@a.test")], summary.Envelope.From);
    }

    [Fact]
    public void PreviewOfHtmlIsItsText()
    {
        Assert.Equal(
            "Hello you & me",
            Read("Content-Type: text/html\n\n<html><head><title>no</title><style>p { }</style></head><body><script>no()</script><p>Hello<br>you &amp; me</p>").Preview);
        Assert.Equal("shown", Read("Content-Type: text/html\n\n<head><meta x><body>shown").Preview);
        Assert.DoesNotContain("hidden", Read("Content-Type: text/html\n\n<style>hidden").Preview, StringComparison.Ordinal);
    }

    [Fact]
    public void PreviewIsOneShortLine()
    {
        string preview = Read("\n" + string.Concat(Enumerable.Repeat("word\t \u200b\r\n👋", 200))).Preview;

        Assert.InRange(preview.Length, 190, 200);
        Assert.DoesNotContain(preview, character => character is '\r' or '\n' or '\t' or '\u200b');
        Assert.DoesNotContain("  ", preview, StringComparison.Ordinal);
        Assert.True(preview.IsNormalized());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("no header at all")]
    [InlineData("Subject")]
    [InlineData("Content-Type: multipart/mixed; boundary=\n\nx")]
    [InlineData("Content-Type: multipart/mixed; boundary=X\n\n--X")]
    [InlineData("Content-Type: multipart/mixed\n\n--X\n\nx")]
    [InlineData("Content-Type: text/\n\nx")]
    [InlineData("Content-Type: message/rfc822\n\n")]
    [InlineData("Content-Disposition: \n\n")]
    [InlineData("From: \nTo: ,,,\nDate: nonsense\nMessage-ID: none\n\n")]
    [InlineData("Subject: =?utf-8?B?!!!?= =?x?y?z?= =?utf-8?q?=00=0d=0a?=\n\n")]
    public void MalformedMailIsDescribedAllTheSame(string text)
    {
        byte[] bytes = Bytes(text);
        MessageSummary summary = Read(bytes);

        AssertInside(summary.Structure, bytes.Length);
        Assert.DoesNotContain(summary.Envelope.Subject ?? "", character => char.IsControl(character));
    }

    [Fact]
    public void NestingPartsAndHeadersHaveBudgets()
    {
        StringBuilder deep = new();
        for (int level = 0; level < 5_000; level++)
            deep.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        AssertOpaqueOrShallow(deep.ToString());
        AssertOpaqueOrShallow(string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 5_000)));

        MessageSummary many = Read("Subject: many\nContent-Type: multipart/mixed; boundary=X\n\n" + string.Concat(Enumerable.Repeat("--X\n\nx\n", 2_000)));
        Assert.Equal("application/octet-stream", Shape(many.Structure));
        Assert.Equal("many", many.Envelope.Subject);

        Assert.Equal("application/octet-stream", Shape(Read("Subject: long\n" + string.Concat(Enumerable.Repeat("X: y\n", 200_000)) + "\nbody").Structure));
        Assert.Equal("application/octet-stream", Shape(Read("Subject: " + new string('a', 3_000_000) + "\n\nbody").Structure));
    }

    [Fact]
    public void WhatIsKeptHasABudget()
    {
        MessageSummary summary = Read(
            $"Subject: {new string('a', 10_000)}\nTo: {string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"a{i}@b.test"))}\n\nx");

        Assert.True(summary.Envelope.IsCut);
        Assert.InRange(summary.Envelope.Subject!.Length, 1, 2_000);
        Assert.InRange(summary.Envelope.To.Count, 100, 5_000);
    }

    [Theory]
    [InlineData("multipart/related; boundary=X", "image/png", "Content-ID: <1@a>\nContent-Disposition: inline", false)]
    [InlineData("multipart/mixed; boundary=X", "image/png", "Content-Disposition: inline", true)]
    [InlineData("multipart/mixed; boundary=X", "text/plain", "Content-Disposition: attachment", true)]
    [InlineData("multipart/mixed; boundary=X", "text/plain", "X: y", false)]
    [InlineData("multipart/signed; boundary=X", "application/pgp-signature", "Content-Disposition: attachment", false)]
    [InlineData("multipart/mixed; boundary=X", "message/rfc822", "X: y", true)]
    public void AnAttachmentIsWhatPeopleCallOne(string outer, string type, string field, bool expected) =>
        Assert.Equal(expected, Read($"Content-Type: {outer}\n\n--X\n\ntext\n--X\nContent-Type: {type}\n{field}\n\nSubject: x\n\nabc\n--X--\n").HasAttachment);

    private static void AssertOpaqueOrShallow(string text)
    {
        MessageSummary summary = Read(text);
        int depth = 0;
        for (PartStructure? part = summary.Structure; part is not null; part = part.Parts is [PartStructure first, ..] ? first : null)
            depth++;
        Assert.InRange(depth, 1, SummaryLimits.Default.MaxDepth + 2);
    }

    private static void AssertInside(PartStructure part, long length)
    {
        Assert.InRange(part.BodyOffset, 0, length);
        Assert.True(part.Parts.Count > 0 || !(part.Type == "multipart" || part.Is("message", "rfc822")), Shape(part));
        Assert.InRange(part.BodyOffset + part.SizeBytes, 0, length);
        foreach (PartStructure inner in part.Parts)
            AssertInside(inner, length);
    }

    private static string Shape(PartStructure part) =>
        $"{part.Type}/{part.Subtype}" + (part.Parts.Count > 0 ? $"({string.Join(',', part.Parts.Select(Shape))})" : "");

    private static string Slice(byte[] bytes, long offset, long length) => Encoding.UTF8.GetString(bytes.AsSpan((int)offset, (int)length));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    private static MessageSummary Read(string text) => Read(Bytes(text));

    private static MessageSummary Read(byte[] bytes) => SummaryReader.Read(new MemoryStream(bytes), bytes.Length, SummaryLimits.Default);
}
