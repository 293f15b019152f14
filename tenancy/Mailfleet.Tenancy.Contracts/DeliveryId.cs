using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>One event on its way to one webhook.</summary>
[JsonConverter(typeof(PublicIdConverter<DeliveryId>))]
public readonly record struct DeliveryId : IPublicId<DeliveryId>
{
    private readonly string? _value;

    private DeliveryId(string value) => _value = value;

    public static string Prefix => "dlv_";

    public string Value => _value ?? throw new InvalidOperationException("A default DeliveryId names nothing.");

    public static DeliveryId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static DeliveryId Parse(string text) =>
        TryParse(text, out DeliveryId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out DeliveryId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
