using System.Buffers.Binary;
using Mailfleet.Store.Segments;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Heads of segment records: damaged bytes are none, and with the sum put right what is read has sane lengths and is written back the same.</summary>
internal sealed class RecordTarget : FuzzTarget
{
    private const int SumAt = RecordHeader.Length - sizeof(uint);

    public override string Name => "record";

    public override ValueTask CheckAsync(byte[] input)
    {
        byte[] head = new byte[RecordHeader.Length];
        input.AsSpan(0, Math.Min(input.Length, SumAt)).CopyTo(head);
        uint sum = Crc32C.Of(head.AsSpan(0, SumAt));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(SumAt), sum ^ 1);
        Assert.Null(RecordHeader.TryRead(head));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(SumAt), sum);
        Assert.Null(RecordHeader.TryRead(head.AsSpan(0, RecordHeader.Length - 1)));
        if (RecordHeader.TryRead(head) is not { } header)
            return ValueTask.CompletedTask;
        Assert.True(header.PayloadLength >= 0 && header.MailboxCount >= 0);
        byte[] written = new byte[RecordHeader.Length];
        header.Write(written);
        Assert.Equal(header, RecordHeader.TryRead(written));
        return ValueTask.CompletedTask;
    }
}
