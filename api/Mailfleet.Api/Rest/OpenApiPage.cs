using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mailfleet.Api.Portal;

namespace Mailfleet.Api.Rest;

/// <summary>The document as a page for people, at <c>/v1</c>. Plain HTML in the portal's style.</summary>
internal static class OpenApiPage
{
    /// <param name="files">The portal's.</param>
    public static string Create(JsonObject document, PortalAssets files)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>/v1 · Mailfleet</title>");
        html.Append("<link rel=\"stylesheet\" href=\"").Append(files["portal.css"]).Append("\"><link rel=\"icon\" type=\"image/svg+xml\" href=\"").Append(files["icon.svg"]).Append("\"></head><body>\n");
        html.Append("<header class=\"bar\"><a class=\"brand\" href=\"/\"><img src=\"").Append(files["icon.svg"]).Append("\" alt=\"\" width=\"32\" height=\"32\">Mailfleet</a></header>\n");
        html.Append("<main><h1>Mailfleet /v1</h1>\n<p>").Append(Text(document["info"]!["description"])).Append("</p>\n<p><a href=\"/openapi.json\">openapi.json</a></p>\n");
        foreach ((string path, JsonNode? operations) in document["paths"]!.AsObject())
            foreach ((string method, JsonNode? operation) in operations!.AsObject())
                Append(html, path, method, operation!);

        html.Append("<h2>Schemas</h2>\n");
        foreach ((string name, JsonNode? schema) in document["components"]!["schemas"]!.AsObject())
            html.Append("<h3 id=\"").Append(Text(name)).Append("\">").Append(Text(name)).Append("</h3>\n<pre>")
                .Append(WebUtility.HtmlEncode(schema!.ToJsonString(new() { WriteIndented = true }))).Append("</pre>\n");
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void Append(StringBuilder html, string path, string method, JsonNode operation)
    {
        html.Append("<section><h2><code>").Append(method.ToUpperInvariant()).Append(' ').Append(Text(path)).Append("</code></h2>\n<p>")
            .Append(Text(operation["summary"])).Append("</p>\n");
        if (operation["parameters"] is JsonArray parameters)
        {
            html.Append("<ul>\n");
            foreach (JsonNode? parameter in parameters)
                html.Append("<li><code>").Append(Text(parameter!["name"])).Append("</code> (").Append(Text(parameter["in"])).Append("): ").Append(Text(parameter["description"])).Append("</li>\n");
            html.Append("</ul>\n");
        }

        AppendSchema(html, "Body", operation["requestBody"]?["content"]);
        foreach ((string status, JsonNode? response) in operation["responses"]!.AsObject())
            AppendSchema(html, status, response!["content"]);
        html.Append("</section>\n");
    }

    private static void AppendSchema(StringBuilder html, string what, JsonNode? content)
    {
        if (content is null)
            return;
        foreach ((string mediaType, JsonNode? body) in content.AsObject())
        {
            html.Append("<p>").Append(Text(what)).Append(": <code>").Append(Text(mediaType)).Append("</code>");
            if (body!["schema"]?["$ref"]?.GetValue<string>().Split('/')[^1] is { } name)
                html.Append(" <a href=\"#").Append(Text(name)).Append("\">").Append(Text(name)).Append("</a>");
            html.Append("</p>\n");
        }
    }

    private static string Text(JsonNode? node) => WebUtility.HtmlEncode(node?.ToString() ?? "");
}
