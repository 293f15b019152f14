using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A person with an account of the control plane.</summary>
[JsonConverter(typeof(PublicIdConverter<PersonId>))]
public readonly record struct PersonId : IPublicId<PersonId>
{
    private readonly string? _value;

    private PersonId(string value) => _value = value;

    public static string Prefix => "per_";

    public string Value => _value ?? throw new InvalidOperationException("A default PersonId names nothing.");

    public static PersonId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static PersonId Parse(string text) =>
        TryParse(text, out PersonId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out PersonId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
