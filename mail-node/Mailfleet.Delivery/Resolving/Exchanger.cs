namespace Mailfleet.Delivery.Resolving;

/// <summary>One MX record.</summary>
/// <param name="Host">Lower case, no root dot; empty for the null MX (RFC 7505).</param>
public readonly record struct Exchanger(int Preference, string Host);
