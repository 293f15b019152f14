namespace Mailfleet.Queue.Admin;

/// <summary>Which recipients are meant: all that is given must fit; nothing given means all.</summary>
/// <param name="Domain">The recipient's domain, or with a leading <c>*.</c> every name below it.</param>
public sealed record QueueFilter(long? Message = null, int? Number = null, string? Domain = null, string? Sender = null, string? Recipient = null)
{
    /// <summary>Reads what an operator types: 16 hexadecimal digits of a message, perhaps with <c>.number</c> of one recipient. Null when it is neither.</summary>
    public static (long Message, int? Number)? ParseId(string text)
    {
        string[] parts = text.Split('.', 2);
        if (!long.TryParse(parts[0], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out long message))
            return null;
        if (parts.Length == 1)
            return (message, null);
        return int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) ? (message, number) : null;
    }
}
