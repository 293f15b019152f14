namespace Mailfleet.Api.GraphQL;

/// <summary>The GraphQL endpoint at <c>/graphql</c>.</summary>
internal static class GraphQLApi
{
    public static IServiceCollection AddGraphQLApi(this IServiceCollection services) => services;

    public static void MapGraphQLApi(this WebApplication app) => ArgumentNullException.ThrowIfNull(app);
}
