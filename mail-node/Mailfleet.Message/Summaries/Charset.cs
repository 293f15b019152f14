using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Mailfleet.Message.Summaries;

/// <summary>The encodings that mail names, as programs mean them rather than as they are registered.</summary>
internal static class Charset
{
    /// <summary>Before the library looks for its first encoding: it remembers those that it did not find.</summary>
    public static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Never throws: what cannot be read is shown as it can.</summary>
    public static string Decode(string? name, ReadOnlySpan<byte> bytes) => (Find(name) ?? Guess(bytes)).GetString(bytes);

    /// <summary>Null when the name says nothing.</summary>
    public static Encoding? Find(string? name)
    {
        string known = name?.Trim('"', ' ').ToLowerInvariant() switch
        {
            null or "" or "us-ascii" or "ascii" or "ansi_x3.4-1968" or "unknown-8bit" or "x-unknown" or "default" => "",   // programs say so and send anything
            "gb2312" or "gb_2312-80" or "gbk" or "x-gbk" or "cp936" => "gb18030",                                             // each is part of the next
            "big5-hkscs" or "x-x-big5" => "big5",
            "ks_c_5601-1987" or "ksc5601" or "cp949" => "ks_c_5601-1987",
            "iso-8859-1" or "latin1" => "windows-1252",                                                                     // WHATWG Encoding §4.2
            "utf8" or "utf-8n" or "x-utf-8" => "utf-8",
            "cp1252" or "x-cp1252" => "windows-1252",
            "utf-7" => "",                                                                                                  // a way to smuggle, and nobody's choice
            { } other => other,
        };
        if (known.Length == 0)
            return null;
        try
        {
            return Encoding.GetEncoding(known, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
        }
        catch (ArgumentException)
        {
            return null;            // a name that no table has: read by looking at the bytes
        }
    }

    private static Encoding Guess(ReadOnlySpan<byte> bytes)
    {
        // The end may be cut in the middle of a character: that alone speaks not against UTF-8.
        OperationStatus status = Utf8.ToUtf16(bytes, new char[bytes.Length], out _, out _, replaceInvalidSequences: false, isFinalBlock: false);
        return status is OperationStatus.Done or OperationStatus.NeedMoreData
            ? Encoding.UTF8
            : Encoding.GetEncoding("windows-1252", EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
    }
}
