using Mailfleet.Message.Summaries;
using Mailfleet.Store.Summaries;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Summaries: the pieces that a message comes in make no difference, every part lies inside it, and what is kept reads back the same.</summary>
internal sealed class SummaryTarget : FuzzTarget
{
    public override string Name => "summary";

    public override int Runs => 5_000;

    public override IReadOnlyList<string> Words { get; } =
    [
        "Content-Type: ", "multipart/mixed; boundary=X\r\n", "message/rfc822\r\n", "text/html; charset=gb18030\r\n", "--X\r\n", "--X--\r\n", "\r\n\r\n", "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Disposition: attachment; filename*0*=utf-8''%E6; filename*1=x\r\n", "=?utf-8?B?4p8=?=", "Subject: ", "To: g: ", ";", "<!--", "<style>", "&#0;",
    ];

    public override ValueTask CheckAsync(byte[] input)
    {
        MessageSummary summary = SummaryReader.Read(new MemoryStream(input), input.Length, SummaryLimits.Default);
        byte[] envelope = SummaryFormat.FormatEnvelope(summary);
        byte[] structure = SummaryFormat.FormatStructure(summary);

        MessageSummary inPieces = SummaryReader.Read(new SmallReads(input), input.Length, SummaryLimits.Default);
        Assert.Equal(envelope, SummaryFormat.FormatEnvelope(inPieces));
        Assert.Equal(structure, SummaryFormat.FormatStructure(inPieces));

        SummaryFormat.Listed kept = SummaryFormat.ParseEnvelope(envelope);
        Assert.Equal(envelope, SummaryFormat.FormatEnvelope(new MessageSummary(kept.Envelope, kept.Preview, kept.HasAttachment, summary.Structure)));
        Assert.Equal(structure, SummaryFormat.FormatStructure(summary with { Structure = SummaryFormat.ParseStructure(structure) }));
        Assert.InRange(summary.Preview.Length, 0, SummaryLimits.Default.PreviewCharacters);
        Assert.DoesNotContain(summary.Preview, char.IsControl);
        Assert.DoesNotContain(summary.Envelope.Subject ?? "", char.IsControl);
        AssertInside(summary.Structure, input.Length);
        return ValueTask.CompletedTask;
    }

    private static void AssertInside(PartStructure part, long length)
    {
        Assert.InRange(part.HeaderOffset, 0, part.BodyOffset);
        Assert.True(part.Parts.Count > 0 || !(part.Type == "multipart" || part.Is("message", "rfc822")));
        Assert.InRange(part.BodyOffset + part.SizeBytes, part.BodyOffset, length);
        foreach (PartStructure inner in part.Parts)
            AssertInside(inner, length);
    }

    private sealed class SmallReads(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));
    }
}
