using Mailfleet.Message;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Headers: fields are pieces of the input in order, cutting the input changes nothing, and what submission sends on is a header without Bcc that lost nothing else.</summary>
internal sealed class HeaderTarget : FuzzTarget
{
    public override string Name => "header";

    public override IReadOnlyList<string> Words { get; } = ["From: a@b.test\r\n", "Bcc: c@b.test\r\n", "bcc :\r\n x\r\n", "Date: x\r\n", "Message-ID: <a@b>\r\n", "\r\n", "\r\n\r\n", " folded\r\n", "\t\r\n", ":"];

    public override ValueTask CheckAsync(byte[] input)
    {
        HeaderBlock header = HeaderBlock.Parse(input);
        Assert.True(header.Bytes.Span.SequenceEqual(input.AsSpan(0, header.Bytes.Length)));
        Assert.InRange(header.BodyOffset, header.Bytes.Length, Math.Min(input.Length, header.Bytes.Length + 2));
        int at = 0;
        foreach (HeaderField field in header.Fields)
        {
            Assert.True(header.IsWellFormed ? field.Offset == at : field.Offset >= at);
            Assert.True(field.Raw.Span.SequenceEqual(input.AsSpan(field.Offset, field.Raw.Length)));
            at = field.Offset + field.Raw.Length;
        }

        Assert.True(at <= header.Bytes.Length);
        CheckCollector(input);
        if (header.IsWellFormed)
            CheckSubmission(header);
        return ValueTask.CompletedTask;
    }

    private static void CheckCollector(byte[] input)
    {
        HeaderCollector whole = new(512);
        int taken = whole.Take(input);
        HeaderCollector pieces = new(512);
        int takenInPieces = 0;
        foreach (byte octet in input)
            takenInPieces += pieces.Take([octet]);
        Assert.Equal((taken, whole.IsComplete, whole.IsTooLarge), (takenInPieces, pieces.IsComplete, pieces.IsTooLarge));
        Assert.True(whole.Bytes.Span.SequenceEqual(pieces.Bytes.Span));
        Assert.True(whole.Bytes.Span.SequenceEqual(input.AsSpan(0, taken)));
    }

    private static void CheckSubmission(HeaderBlock header)
    {
        ReadOnlyMemory<byte> completed = SubmissionHeader.Complete(header, DateTimeOffset.UnixEpoch, "id@node.test");
        HeaderBlock sent = HeaderBlock.Parse(completed);
        Assert.Equal(completed.Length, sent.BodyOffset);
        Assert.Equal(0, sent.Count("Bcc") + sent.Count("Resent-Bcc"));
        Assert.Equal(Math.Max(1, header.Count("Date")), sent.Count("Date"));
        Assert.Equal(Math.Max(1, header.Count("Message-ID")), sent.Count("Message-ID"));
        IEnumerable<string> kept = header.Fields.Where(field => !field.Is("Bcc") && !field.Is("Resent-Bcc")).Select(field => Escaped.Write(field.Raw.Span).Trim());
        Assert.Equal(kept, sent.Fields.Take(kept.Count()).Select(field => Escaped.Write(field.Raw.Span)).Zip(kept, (has, was) => has.StartsWith(was, StringComparison.Ordinal) ? was : has));
    }
}
