using System.Globalization;

namespace Mailfleet.Message;

/// <summary>Dates of RFC 5322 §3.3.</summary>
public static class MailDate
{
    public static string Format(DateTimeOffset at)
    {
        string zone = at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return $"{at.ToString("ddd, d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} {zone}";
    }
}
