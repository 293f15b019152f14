using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>Writes an id as its text; refuses anything else when reading.</summary>
public sealed class PublicIdConverter<TId> : JsonConverter<TId> where TId : struct, IPublicId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TId.TryParse(reader.GetString(), out TId id)
            ? id
            : throw new JsonException($"Not an id of the form {TId.Prefix}…");

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
