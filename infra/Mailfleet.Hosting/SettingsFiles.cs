using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace Mailfleet.Hosting;

/// <summary>
/// The one configuration of every host: JSON files (a later one wins, its arrays replace earlier ones whole), then <c>MAILFLEET__SECTION__KEY</c>
/// environment variables, then a directory with one file a secret (<c>section__key</c>), named by <c>MAILFLEET_SECRETS</c>.
/// </summary>
public static class SettingsFiles
{
    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Loads the files in order; those marked optional may be missing.</summary>
    /// <exception cref="StartException">A file is missing or is not a JSON object.</exception>
    public static IConfigurationRoot Load(params IEnumerable<(string Path, bool IsOptional)> files)
    {
        JsonObject merged = [];
        foreach ((string path, bool isOptional) in files)
            Merge(merged, Read(path, isOptional));

        ConfigurationBuilder builder = new();
        builder.AddJsonStream(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(merged)));
        builder.AddEnvironmentVariables("MAILFLEET__");
        if (Environment.GetEnvironmentVariable("MAILFLEET_SECRETS") is { Length: > 0 } secrets)
            builder.AddKeyPerFile(secrets, optional: false);
        return builder.Build();
    }

    private static JsonObject Read(string path, bool isOptional)
    {
        try
        {
            if (!File.Exists(path))
                return isOptional ? [] : throw new StartException($"The settings file {path} does not exist.");

            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Tolerant) as JsonObject
                ?? throw new StartException($"The settings file {path} must hold one JSON object.");
        }
        catch (JsonException problem)
        {
            throw new StartException($"The settings file {path} is not valid JSON: {problem.Message}", problem);
        }
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach ((string key, JsonNode? value) in source)
        {
            if (value is JsonObject section && target[key] is JsonObject existing)
                Merge(existing, section);
            else
                target[key] = value?.DeepClone();
        }
    }
}
