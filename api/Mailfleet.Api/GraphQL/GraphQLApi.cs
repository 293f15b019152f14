using GraphQL;
using Mailfleet.Api.GraphQL.Graphiql;
using Mailfleet.Api.GraphQL.Http;
using Mailfleet.Api.Security;
using Mailfleet.Api.Storage;

namespace Mailfleet.Api.GraphQL;

/// <summary>The GraphQL endpoint at <c>/graphql</c>, and a page to try it at <c>/graphiql</c>.</summary>
internal static class GraphQLApi
{
    public const string Path = "/graphql";

    public static IServiceCollection AddGraphQLApi(this IServiceCollection services) => services
        .AddSingleton<MailfleetSchema>()
        .AddSingleton<IDocumentExecuter, DocumentExecuter>()
        .AddSingleton<RateLimits>()
        .AddSingleton<IdempotencyTable>()
        .AddSingleton<Idempotency>()
        .AddSingleton<GraphiqlPage>()
        .AddSingleton<GraphQLEndpoint>();

    public static void MapGraphQLApi(this WebApplication app)
    {
        GraphQLEndpoint endpoint = app.Services.GetRequiredService<GraphQLEndpoint>();
        app.Map(Path, endpoint.HandleAsync);
        app.Services.GetRequiredService<GraphiqlPage>().Map(app);
    }
}
