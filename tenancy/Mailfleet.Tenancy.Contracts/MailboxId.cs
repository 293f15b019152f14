using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>A mailbox in a domain.</summary>
[JsonConverter(typeof(PublicIdConverter<MailboxId>))]
public readonly record struct MailboxId : IPublicId<MailboxId>
{
    private readonly string? _value;

    private MailboxId(string value) => _value = value;

    public static string Prefix => "mbx_";

    public string Value => _value ?? throw new InvalidOperationException("A default MailboxId names nothing.");

    public static MailboxId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static MailboxId Parse(string text) =>
        TryParse(text, out MailboxId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out MailboxId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
