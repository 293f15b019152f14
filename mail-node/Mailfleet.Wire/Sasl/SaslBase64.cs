using System.Buffers;
using System.Buffers.Text;

namespace Mailfleet.Wire.Sasl;

/// <summary>Base64 of SASL exchanges (RFC 4954 §4, RFC 5034 §4): no white space, padding required.</summary>
public static class SaslBase64
{
    /// <summary>Null when it is not base64. An initial response of <c>=</c> is the empty one and is the caller's to know.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(" \t"u8))                  // the decoder would skip white space
            return null;
        byte[] decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, decoded, out _, out int length) == OperationStatus.Done ? decoded[..length] : null;
    }
}
