using System.Globalization;

namespace Mailfleet.Delivery;

/// <summary>What a server answered, or, without a code, what was found out on the way to it. One line of printable ASCII.</summary>
/// <param name="Code">The SMTP reply code; 0 when no server said it.</param>
/// <param name="Status">Enhanced status (RFC 3463).</param>
public sealed record DeliveryReply(int Code, string Status, string Text)
{
    /// <summary>Trying again would not help.</summary>
    public bool IsPermanent => Status[0] == '5';

    public bool IsPositive => Status[0] == '2';

    /// <summary>Something found out here.</summary>
    public static DeliveryReply Local(string status, string text) => new(0, status, text);

    public override string ToString() => Code == 0 ? $"{Status} {Text}" : string.Create(CultureInfo.InvariantCulture, $"{Code} {Status} {Text}");
}
