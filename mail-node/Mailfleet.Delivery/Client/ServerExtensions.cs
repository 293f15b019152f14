using System.Globalization;

namespace Mailfleet.Delivery.Client;

/// <summary>What a server said it can do. Good until STARTTLS, after which it is asked anew (RFC 3207 §4.2).</summary>
internal sealed record ServerExtensions
{
    public static ServerExtensions None { get; } = new();

    public bool Pipelining { get; init; }

    public bool EightBit { get; init; }

    public bool Utf8 { get; init; }

    public bool Chunking { get; init; }

    public bool StartTls { get; init; }

    public bool Dsn { get; init; }

    public bool Size { get; init; }

    /// <summary>Null when there is no limit, or none that was told.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>RCPTMAX of LIMITS (RFC 9422).</summary>
    public int? MaxRecipients { get; init; }

    /// <param name="lines">The lines of the reply to EHLO after the first.</param>
    public static ServerExtensions Parse(IEnumerable<string> lines) => lines.Aggregate(None, static (known, line) => known.With(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private ServerExtensions With(string[] words) => (words.Length == 0 ? "" : words[0].ToUpperInvariant()) switch
    {
        "PIPELINING" => this with { Pipelining = true },
        "8BITMIME" => this with { EightBit = true },
        "SMTPUTF8" => this with { Utf8 = true },
        "CHUNKING" => this with { Chunking = true },
        "STARTTLS" => this with { StartTls = true },
        "DSN" => this with { Dsn = true },
        "SIZE" => this with { Size = true, MaxBytes = words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0 ? size : null },
        "LIMITS" => this with { MaxRecipients = RecipientsOf(words) },
        _ => this,
    };

    private static int? RecipientsOf(string[] words) => words
        .Where(word => word.StartsWith("RCPTMAX=", StringComparison.OrdinalIgnoreCase))
        .Select(word => int.TryParse(word["RCPTMAX=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most > 0 ? most : default(int?))
        .FirstOrDefault();
}
