using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>An entry of the audit.</summary>
[JsonConverter(typeof(PublicIdConverter<AuditId>))]
public readonly record struct AuditId : IPublicId<AuditId>
{
    private readonly string? _value;

    private AuditId(string value) => _value = value;

    public static string Prefix => "aud_";

    public string Value => _value ?? throw new InvalidOperationException("A default AuditId names nothing.");

    public static AuditId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static AuditId Parse(string text) =>
        TryParse(text, out AuditId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out AuditId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
