using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A customer: also the tenant that owns its domains, mailboxes and everything below.</summary>
[JsonConverter(typeof(PublicIdConverter<CustomerId>))]
public readonly record struct CustomerId : IPublicId<CustomerId>
{
    private readonly string? _value;

    private CustomerId(string value) => _value = value;

    public static string Prefix => "cus_";

    public string Value => _value ?? throw new InvalidOperationException("A default CustomerId names nothing.");

    public static CustomerId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static CustomerId Parse(string text) =>
        TryParse(text, out CustomerId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
