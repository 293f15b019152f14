using GraphQL;
using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Webhooks;

internal sealed record WebhookFilter(string? Url, string? UrlStartsWith);

internal sealed class WebhookFilterType : InputObjectGraphType<WebhookFilter>
{
    public WebhookFilterType()
    {
        Name = "WebhookFilter";
        Field<StringGraphType>("url").Description("Exactly this URL.");
        Field<StringGraphType>("urlStartsWith").Description("URLs that begin so.");
    }

    public static QueryArgument Argument => new QueryArgument<WebhookFilterType> { Name = "filter" };

    public static TextFilter Read(IResolveFieldContext context) =>
        context.GetArgument<WebhookFilter?>("filter") is { } filter ? new TextFilter(filter.Url, filter.UrlStartsWith) : TextFilter.None;
}
