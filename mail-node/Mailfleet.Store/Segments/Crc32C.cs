using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mailfleet.Store.Segments;

/// <summary>CRC-32C (Castagnoli, RFC 3720 §12.1), fed piece by piece; the processor has an instruction for it.</summary>
internal struct Crc32C
{
    public uint Value { get; private set; }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        Crc32C crc = default;
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint register = ~Value;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            register = BitOperations.Crc32C(register, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
            register = BitOperations.Crc32C(register, rest);
        Value = ~register;
    }
}
