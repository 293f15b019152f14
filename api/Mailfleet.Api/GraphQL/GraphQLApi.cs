using GraphQL;
using Mailfleet.Api.GraphQL.Http;
using Mailfleet.Api.Security;

namespace Mailfleet.Api.GraphQL;

/// <summary>The GraphQL endpoint at <c>/graphql</c>.</summary>
internal static class GraphQLApi
{
    public const string Path = "/graphql";

    public static IServiceCollection AddGraphQLApi(this IServiceCollection services) => services
        .AddSingleton<BearerTokens>()
        .AddSingleton<MailfleetSchema>()
        .AddSingleton<IDocumentExecuter, DocumentExecuter>()
        .AddSingleton<GraphQLEndpoint>();

    public static void MapGraphQLApi(this WebApplication app)
    {
        GraphQLEndpoint endpoint = app.Services.GetRequiredService<GraphQLEndpoint>();
        app.Map(Path, endpoint.HandleAsync);
    }
}
