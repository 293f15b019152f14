using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>An address that events are sent to.</summary>
[JsonConverter(typeof(PublicIdConverter<WebhookId>))]
public readonly record struct WebhookId : IPublicId<WebhookId>
{
    private readonly string? _value;

    private WebhookId(string value) => _value = value;

    public static string Prefix => "whk_";

    public string Value => _value ?? throw new InvalidOperationException("A default WebhookId names nothing.");

    public static WebhookId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static WebhookId Parse(string text) =>
        TryParse(text, out WebhookId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out WebhookId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
