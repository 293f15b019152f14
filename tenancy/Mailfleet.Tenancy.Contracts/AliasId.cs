using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>An address that leads to others: an alias, a group, a forward or a catch-all.</summary>
[JsonConverter(typeof(PublicIdConverter<AliasId>))]
public readonly record struct AliasId : IPublicId<AliasId>
{
    private readonly string? _value;

    private AliasId(string value) => _value = value;

    public static string Prefix => "als_";

    public string Value => _value ?? throw new InvalidOperationException("A default AliasId names nothing.");

    public static AliasId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static AliasId Parse(string text) =>
        TryParse(text, out AliasId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out AliasId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
