using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A token of the API: its name, not its secret.</summary>
[JsonConverter(typeof(PublicIdConverter<TokenId>))]
public readonly record struct TokenId : IPublicId<TokenId>
{
    private readonly string? _value;

    private TokenId(string value) => _value = value;

    public static string Prefix => "tok_";

    public string Value => _value ?? throw new InvalidOperationException("A default TokenId names nothing.");

    public static TokenId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static TokenId Parse(string text) =>
        TryParse(text, out TokenId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out TokenId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
