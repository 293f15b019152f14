using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Storage;

/// <summary>A path is stored as its text.</summary>
internal sealed class SubtreePathConverter : JsonConverter<SubtreePath>
{
    public override SubtreePath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A path is a string."));

    public override void Write(Utf8JsonWriter writer, SubtreePath value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
