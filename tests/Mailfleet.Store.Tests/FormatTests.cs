using System.Text;
using CsCheck;
using Mailfleet.Store.Delivering;
using Mailfleet.Store.Receiving;
using Mailfleet.Store.Segments;

namespace Mailfleet.Store.Tests;

public sealed class FormatTests
{
    [Fact]
    public void Crc32CIsCastagnolis() => Assert.Equal(0xE306_9283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void Crc32CDoesNotDependOnThePieces() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 200]).Sample((bytes, cut) =>
        {
            cut = Math.Min(cut, bytes.Length);
            Crc32C crc = default;
            crc.Append(bytes.AsSpan(0, cut));
            crc.Append(bytes.AsSpan(cut));
            return crc.Value == Crc32C.Of(bytes);
        });

    [Fact]
    public void RecordHeaderReadsWhatItWrote() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Long[0, long.MaxValue], Gen.UInt, Gen.Int[0, int.MaxValue], Gen.UInt).Sample((id, at, length, crc, count, mailboxesCrc) =>
        {
            RecordHeader header = new(id, at, length, crc, count, mailboxesCrc);
            byte[] bytes = new byte[RecordHeader.Length];
            header.Write(bytes);
            return RecordHeader.TryRead(bytes) == header;
        });

    [Fact]
    public void RecordHeaderWithAnyBitFlippedIsNone()
    {
        byte[] bytes = new byte[RecordHeader.Length];
        new RecordHeader(1, 2, 3, 4, 5, 6).Write(bytes);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(RecordHeader.TryRead(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Null(RecordHeader.TryRead(bytes.AsSpan(0, RecordHeader.Length - 1)));
    }

    // What is on disk today must be readable for ever: these bytes are fixed.
    [Fact]
    public void RecordHeaderOfVersionOneIsUnchanged()
    {
        byte[] bytes = Convert.FromHexString("4D46524301000000000000004433221108070605040302011817161514131211ADDE0000000000000300000088776655" + "00000000");
        BitConverter.TryWriteBytes(bytes.AsSpan(48), Crc32C.Of(bytes.AsSpan(0, 48)));

        Assert.Equal(new RecordHeader(0x0102030405060708, 0x1112131415161718, 0xDEAD, 0x11223344, 3, 0x55667788), RecordHeader.TryRead(bytes));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("\r\n", 2)]
    [InlineData("\r\nbody", 2)]
    [InlineData("\n\nbody", 1)]
    [InlineData("A: b\r\n\r\nbody\r\n\r\n", 8)]
    [InlineData("A: b\n\nbody", 6)]
    [InlineData("A: b\r\nno empty line", 19)]
    [InlineData("A: b\r\n\r\r\n\r\nbody", 11)]
    public void HeaderSectionEndsWithItsEmptyLine(string message, int expected)
    {
        for (int pieceLength = 1; pieceLength <= Math.Max(1, message.Length); pieceLength++)
        {
            HeaderScan scan = new();
            foreach (byte[] piece in Encoding.ASCII.GetBytes(message).Chunk(pieceLength))
                scan.Append(piece);
            Assert.Equal(expected, scan.HeaderBytes);
        }
    }

    [Theory]
    [InlineData("Message-ID: <a@b>\r\n\r\n", "message-id:\r\n\t(x) <a@b>\r\n\r\n", true)]
    [InlineData("Message-ID: <a@b>\r\n\r\n", "Message-ID: <A@b>\r\n\r\n", false)]
    [InlineData("Message-ID: <a@b>\r\n\r\n", "Message-ID: <a@b>\r\nMessage-ID: <c@d>\r\n\r\n", true)]
    [InlineData("Message-ID: <a@b>\r\n\r\n", "X: <q>\r\n <r>\r\nMessage-ID: <a@b>\r\nY: <z>\r\n\r\n", true)]
    public void MessageIdIsTheFirstFieldsText(string one, string other, bool isSame) => Assert.Equal(isSame, Hash(one) == Hash(other));

    [Theory]
    [InlineData("Subject: x\r\n\r\nMessage-ID: <a@b>\r\n")]
    [InlineData("Message-ID: none\r\n\r\n")]
    [InlineData("Message-ID: <>\r\n\r\n")]
    [InlineData("X-Message-ID: <a@b>\r\n\r\n")]
    public void MessageWithoutMessageIdHasNoHash(string message) => Assert.Null(Hash(message));

    [Fact]
    public void HeaderScanKeepsLittleOfAnEndlessLine()
    {
        HeaderScan scan = new();
        byte[] piece = new byte[100_000];
        Array.Fill(piece, (byte)'a');
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            scan.Append(piece);

        Assert.Equal(10_000_000, scan.HeaderBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void TraceLinesHaveTheLengthTheyAreCountedWith() =>
        Gen.Select(Gen.String, Gen.String).Sample((returnPath, deliveredTo) =>
        {
            (returnPath, deliveredTo) = (TraceLines.Scrub(returnPath), TraceLines.Scrub(deliveredTo));
            byte[] lines = TraceLines.Encode(returnPath, deliveredTo);
            return lines.Length == TraceLines.LengthOf(returnPath, deliveredTo) && lines.Count(value => value == '\n') == (deliveredTo.Length == 0 ? 0 : 2) && !lines.Contains((byte)0);
        });

    private static long? Hash(string message)
    {
        HeaderScan scan = new();
        scan.Append(Encoding.ASCII.GetBytes(message));
        return scan.HashMessageId();
    }
}
