using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>Something that happened, as the feed and webhooks tell it.</summary>
[JsonConverter(typeof(PublicIdConverter<EventId>))]
public readonly record struct EventId : IPublicId<EventId>
{
    private readonly string? _value;

    private EventId(string value) => _value = value;

    public static string Prefix => "evt_";

    public string Value => _value ?? throw new InvalidOperationException("A default EventId names nothing.");

    public static EventId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static EventId Parse(string text) =>
        TryParse(text, out EventId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
