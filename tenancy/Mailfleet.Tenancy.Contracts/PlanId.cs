using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A plan: what a customer gets, and how long each stage of its life lasts.</summary>
[JsonConverter(typeof(PublicIdConverter<PlanId>))]
public readonly record struct PlanId : IPublicId<PlanId>
{
    private readonly string? _value;

    private PlanId(string value) => _value = value;

    public static string Prefix => "pln_";

    public string Value => _value ?? throw new InvalidOperationException("A default PlanId names nothing.");

    public static PlanId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static PlanId Parse(string text) =>
        TryParse(text, out PlanId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out PlanId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
