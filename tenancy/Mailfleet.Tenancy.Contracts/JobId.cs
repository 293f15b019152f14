using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>Work that takes longer than a request.</summary>
[JsonConverter(typeof(PublicIdConverter<JobId>))]
public readonly record struct JobId : IPublicId<JobId>
{
    private readonly string? _value;

    private JobId(string value) => _value = value;

    public static string Prefix => "job_";

    public string Value => _value ?? throw new InvalidOperationException("A default JobId names nothing.");

    public static JobId New(DateTimeOffset now) => new(PublicId.Create(Prefix, now));

    public static JobId Parse(string text) =>
        TryParse(text, out JobId id) ? id : throw new FormatException($"'{text}' is not an id of the form {Prefix}…");

    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        bool isValid = PublicId.IsValid(Prefix, text);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
