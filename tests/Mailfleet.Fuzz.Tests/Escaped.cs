using System.Globalization;
using System.Text;

namespace Mailfleet.Fuzz.Tests;

/// <summary>Bytes as printable text, so that a seed is a line of a text file and a failing input can be pasted as one.</summary>
public static class Escaped
{
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte octet in bytes)
        {
            _ = octet switch
            {
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\\' => text.Append(@"\\"),
                >= (byte)' ' and <= (byte)'~' => text.Append((char)octet),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}"),
            };
        }

        return text.ToString();
    }

    public static byte[] Read(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }

            i++;
            bytes.Add(text[i] switch
            {
                'r' => (byte)'\r',
                'n' => (byte)'\n',
                'x' => byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                _ => (byte)text[i],
            });
            if (text[i] == 'x')
                i += 2;
        }

        return [.. bytes];
    }
}
