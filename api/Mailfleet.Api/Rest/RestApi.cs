using System.Text.Json;
using System.Text.Json.Nodes;
using Mailfleet.Api.Portal;

namespace Mailfleet.Api.Rest;

/// <summary>REST at <c>/v1</c>, its document at <c>/openapi.json</c>.</summary>
internal static class RestApi
{
    public static IServiceCollection AddRestApi(this IServiceCollection services) => services.AddSingleton<RestEndpoint>();

    public static void MapRestApi(this WebApplication app)
    {
        RestEndpoint endpoint = app.Services.GetRequiredService<RestEndpoint>();
        foreach (RestRoute route in RestRoutes.All)
            app.MapMethods(route.Pattern, [route.Method], http => endpoint.HandleAsync(http, route));
        app.Map("/v1/{**rest}", RestEndpoint.RefuseUnknownAsync).WithOrder(int.MaxValue);

        JsonObject document = OpenApiDocument.Create();
        string json = Print(document);
        string page = OpenApiPage.Create(document, app.Services.GetRequiredService<PortalAssets>());
        app.MapGet("/openapi.json", () => Results.Text(json, "application/json"));
        app.MapGet("/v1", () => Results.Text(page, "text/html; charset=utf-8"));
    }

    internal static string Print(JsonObject document) =>
        document.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReplaceLineEndings("\n") + "\n";
}
