using GraphQL;
using Mailfleet.Api.GraphQL.Http;

namespace Mailfleet.Api.GraphQL;

/// <summary>The GraphQL endpoint at <c>/graphql</c>.</summary>
internal static class GraphQLApi
{
    public const string Path = "/graphql";

    public static IServiceCollection AddGraphQLApi(this IServiceCollection services) => services
        .AddSingleton<MailfleetSchema>()
        .AddSingleton<IDocumentExecuter, DocumentExecuter>()
        .AddSingleton<GraphQLEndpoint>();

    public static void MapGraphQLApi(this WebApplication app)
    {
        GraphQLEndpoint endpoint = app.Services.GetRequiredService<GraphQLEndpoint>();
        app.Map(Path, endpoint.HandleAsync);
    }
}
