using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A node of the reseller tree.</summary>
[JsonConverter(typeof(PublicIdConverter<ResellerId>))]
public readonly record struct ResellerId : IPublicId<ResellerId>
{
    private readonly string? _value;

    private ResellerId(string value) => _value = value;

    public static string Prefix => "res_";

    public string Value => _value ?? throw new InvalidOperationException("A default ResellerId names nothing.");

    /// <summary>The operator's own node, the root of the tree.</summary>
    public static ResellerId Root { get; } = new("res_00000000000000000000000001");

    public static ResellerId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static ResellerId Parse(string text) =>
        TryParse(text, out ResellerId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out ResellerId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
