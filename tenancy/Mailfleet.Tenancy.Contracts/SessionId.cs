using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A person's log-in from one browser.</summary>
[JsonConverter(typeof(PublicIdConverter<SessionId>))]
public readonly record struct SessionId : IPublicId<SessionId>
{
    private readonly string? _value;

    private SessionId(string value) => _value = value;

    public static string Prefix => "ses_";

    public string Value => _value ?? throw new InvalidOperationException("A default SessionId names nothing.");

    public static SessionId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static SessionId Parse(string text) =>
        TryParse(text, out SessionId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
