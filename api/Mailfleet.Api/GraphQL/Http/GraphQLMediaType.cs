using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mailfleet.Api.GraphQL.Http;

/// <summary>Media types of requests and responses (GraphQL over HTTP §4).</summary>
internal static class GraphQLMediaType
{
    public const string Json = "application/json";

    /// <summary>With this one the status code says whether the request ran (§6.4.2).</summary>
    public const string GraphQLResponse = "application/graphql-response+json";

    /// <summary>The type to answer in: the client's favourite of our two, JSON when it does not care, null when it wants neither.</summary>
    public static string? Negotiate(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
            return Json;

        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted)
            ? accepted.Where(type => type.Quality is null or > 0).OrderByDescending(type => type.Quality ?? 1).Select(Match).FirstOrDefault(type => type is not null)
            : null;
    }

    /// <summary>JSON in UTF-8 alone (§4.1, RFC 8259 §8.1).</summary>
    public static bool IsReadable(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Encoding is UTF8Encoding);

    private static string? Match(MediaTypeHeaderValue accepted)
    {
        if (accepted.Charset.HasValue && accepted.Encoding is not UTF8Encoding)
            return null;
        if (accepted.MediaType.Equals(GraphQLResponse, StringComparison.OrdinalIgnoreCase))
            return GraphQLResponse;
        return accepted.MatchesAllTypes || accepted is { MatchesAllSubTypes: true, Type.Value: "application" }
            || accepted.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) ? Json : null;
    }
}
