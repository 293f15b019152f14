using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A domain of a customer.</summary>
[JsonConverter(typeof(PublicIdConverter<DomainId>))]
public readonly record struct DomainId : IPublicId<DomainId>
{
    private readonly string? _value;

    private DomainId(string value) => _value = value;

    public static string Prefix => "dom_";

    public string Value => _value ?? throw new InvalidOperationException("A default DomainId names nothing.");

    public static DomainId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static DomainId Parse(string text) =>
        TryParse(text, out DomainId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out DomainId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
