using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Mailfleet.Tenancy.Events;

/// <summary>A place in the feed: everything up to it has been read.</summary>
public readonly record struct EventCursor(ulong Transaction, long Sequence)
{
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Transaction}.{Sequence}")));

    public static bool TryParse(string text, out EventCursor cursor)
    {
        cursor = default;
        if (!Base64Url.IsValid(text))
            return false;
        string[] parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        if (parts.Length != 2
            || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong transaction)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
            return false;
        cursor = new EventCursor(transaction, sequence);
        return true;
    }
}
