using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Mailfleet.Api.Portal;

/// <summary>
/// The portal's style sheet and pictures, embedded in the assembly. The address holds a hash of the content, so a browser may keep it for ever
/// and a new release is seen at once.
/// </summary>
internal sealed class PortalAssets
{
    private const string ResourcePrefix = "portal/";
    private const string PathPrefix = "/assets/";

    private readonly FrozenDictionary<string, Asset> _byPath;
    private readonly FrozenDictionary<string, string> _pathByName;

    public PortalAssets()
    {
        Assembly assembly = typeof(PortalAssets).Assembly;
        List<Asset> assets = [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Select(name => Read(assembly, name))];
        _byPath = assets.ToFrozenDictionary(asset => asset.Path);
        _pathByName = assets.ToFrozenDictionary(asset => asset.Name, asset => asset.Path);
    }

    /// <summary>Address of an embedded file by its plain name.</summary>
    public string this[string name] => _pathByName[name];

    public IResult Serve(HttpContext context)
    {
        if (!_byPath.TryGetValue(context.Request.Path.Value ?? string.Empty, out Asset? asset))
            return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Content, asset.ContentType);
    }

    private static Asset Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        string name = resource[ResourcePrefix.Length..];
        string extension = Path.GetExtension(name);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        return new Asset(name, $"{PathPrefix}{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}", content, extension switch
        {
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"No content type is known for {name}."),
        });
    }

    private sealed record Asset(string Name, string Path, byte[] Content, string ContentType);
}
