using System.Reflection;
using Microsoft.Net.Http.Headers;

namespace Mailfleet.Api.GraphQL.Graphiql;

/// <summary>
/// GraphiQL at <c>/graphiql</c>. Its files are embedded and made by <c>build.mjs</c>; the page asks nobody but this host. It shows nothing by itself: what
/// it asks for goes to <c>/graphql</c> with the caller's own cookie or token.
/// </summary>
internal sealed class GraphiqlPage
{
    public const string Path = "/graphiql";

    // The editor sets styles on its elements and has its font inside its style sheet.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'";

    private const string Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>GraphiQL · Mailfleet</title>
        <link rel="stylesheet" href="/graphiql/graphiql.css">
        </head>
        <body style="margin:0"><div id="graphiql" style="height:100vh">Loading …</div>
        <script src="/graphiql/graphiql.js"></script>
        </body>
        </html>
        """;

    private readonly byte[] _script = Read("graphiql.js.gz");
    private readonly byte[] _style = Read("graphiql.css.gz");

    public void Map(WebApplication app)
    {
        app.MapGet(Path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Text(Page, "text/html; charset=utf-8");
        });
        app.MapGet($"{Path}/graphiql.js", (HttpContext http) => Serve(http, _script, "text/javascript; charset=utf-8"));
        app.MapGet($"{Path}/graphiql.css", (HttpContext http) => Serve(http, _style, "text/css; charset=utf-8"));
    }

    // Every browser that runs this takes gzip; who does not say so gets it unpacked.
    private static IResult Serve(HttpContext http, byte[] packed, string contentType)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return Results.Stream(new System.IO.Compression.GZipStream(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress), contentType);
        http.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(packed, contentType);
    }

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"graphiql/{name}")
            ?? throw new InvalidOperationException($"The embedded file {name} is missing.");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
