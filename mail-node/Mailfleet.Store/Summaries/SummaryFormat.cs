using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mailfleet.Message.Summaries;

namespace Mailfleet.Store.Summaries;

/// <summary>How a summary stands in its row: two pieces of JSON, because lists need only the first. A summary of another version is made anew.</summary>
internal static partial class SummaryFormat
{
    public const short Version = 1;

    private static readonly Context Json = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,      // never in a page: it is read by this type alone
        MaxDepth = 512,
    });

    public static byte[] FormatEnvelope(MessageSummary summary) =>
        JsonSerializer.SerializeToUtf8Bytes(new Listed(summary.Envelope, summary.Preview, summary.HasAttachment), Json.Listed);

    public static byte[] FormatStructure(MessageSummary summary) => JsonSerializer.SerializeToUtf8Bytes(summary.Structure, Json.PartStructure);

    public static Listed ParseEnvelope(byte[] bytes) => JsonSerializer.Deserialize(bytes, Json.Listed) ?? throw new JsonException("A summary is null.");

    public static PartStructure ParseStructure(byte[] bytes) => JsonSerializer.Deserialize(bytes, Json.PartStructure) ?? throw new JsonException("A structure is null.");

    internal sealed record Listed(MessageEnvelope Envelope, string Preview, bool HasAttachment);

    [JsonSerializable(typeof(Listed))]
    [JsonSerializable(typeof(PartStructure))]
    private sealed partial class Context : JsonSerializerContext;
}
