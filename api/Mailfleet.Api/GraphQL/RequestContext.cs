using GraphQL;
using Mailfleet.Api.GraphQL.Batching;
using Mailfleet.Tenancy;

namespace Mailfleet.Api.GraphQL;

/// <summary>What the resolvers of one request share.</summary>
internal sealed class RequestContext(Actor actor, string requestId) : Dictionary<string, object?>
{
    public Actor Actor { get; } = actor;

    /// <summary>Stands in the log and in the answer when something unexpected happens.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>What the request costs, known once it has been validated.</summary>
    public double Cost { get; set; }

    public BatchLoaders Loaders { get; } = new();
}

internal static class RequestContextAccess
{
    public static RequestContext Request(this IResolveFieldContext context) => (RequestContext)context.UserContext;

    public static Actor Actor(this IResolveFieldContext context) => context.Request().Actor;

    public static T Service<T>(this IResolveFieldContext context) where T : notnull => context.RequestServices!.GetRequiredService<T>();
}
