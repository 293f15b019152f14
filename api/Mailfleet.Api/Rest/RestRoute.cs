using Mailfleet.Tenancy;

namespace Mailfleet.Api.Rest;

/// <summary>One query parameter, for the handler's reader and the document alike.</summary>
internal sealed record RestParameter(string Name, string Description, bool IsNumber = false);

/// <summary>What a handler works with.</summary>
internal sealed record RestCall(HttpContext Http, Actor Actor)
{
    public CancellationToken CancellationToken => Http.RequestAborted;

    public T Service<T>() where T : notnull => Http.RequestServices.GetRequiredService<T>();

    public string Id => (string)Http.Request.RouteValues["id"]!;

    public string? Query(string name) => Http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;
}

/// <summary>
/// One route. The same record is what is mapped and what <c>/openapi.json</c> tells, so the document cannot say anything else than the server does.
/// </summary>
/// <param name="Body">Type of the JSON body; null for none. <see cref="CsvBody"/> for a file.</param>
/// <param name="Answer">Type of the JSON answer; null for none.</param>
/// <param name="Status">Of success.</param>
internal sealed record RestRoute(
    string Method, string Pattern, string Summary, Type? Body, Type? Answer, int Status, Func<RestCall, Task> Run)
{
    public IReadOnlyList<RestParameter> Parameters { get; init; } = [];

    public string? AnswerMediaType { get; init; }

    /// <summary>Largest body in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024;
}

/// <summary>Marks a route whose body is a CSV file.</summary>
internal sealed class CsvBody;
