using System.Globalization;
using Mailfleet.Api.GraphQL.Relay;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.Rest;

/// <summary>Pages of lists with the cursors that GraphQL has too.</summary>
internal static class RestLists
{
    public static IReadOnlyList<RestParameter> PageParameters { get; } =
    [
        new("limit", $"How many, 1 to {ConnectionArguments.MaxLimit}; {ConnectionArguments.DefaultLimit} when absent.", IsNumber: true),
        new("after", "What the page before gave as `next`."),
    ];

    public static async Task<Page<TRow>> ReadAsync<TId, TParent, TRow>(RestCall call, FleetList<TId, TParent, TRow> list, string parentParameter, TextFilter filter)
        where TId : struct, IPublicId<TId>
        where TParent : struct, IPublicId<TParent>
        where TRow : class
    {
        if (!call.Actor.May(list.Right))
            throw new RestException(RestProblem.Of(StatusCodes.Status403Forbidden, "FORBIDDEN", "Your role does not allow reading this."));

        PageRequest page = ReadPage<TId>(call);
        if (call.Query(parentParameter) is not { } text)
            return await list.PageAsync(call.Actor, page, filter, call.CancellationToken);
        if (!TParent.TryParse(text, out TParent parent))
            throw RestException.BadRequest($"{parentParameter} is not an id.", parentParameter);
        return (await list.PageOfAsync(call.Actor, [parent], page, filter, call.CancellationToken))[parent];
    }

    public static async Task WriteAsync<TRow, TModel>(RestCall call, Page<TRow> page, Func<TRow, string> id, Func<TRow, TModel> model)
    {
        string? next = page.HasNext ? Cursor.Of(id(page.Rows[^1])) : null;
        if (next is not null)
        {
            var query = QueryString.Create(call.Http.Request.Query.Where(pair => pair.Key != "after").Append(new("after", next)));
            call.Http.Response.Headers.Link = $"<{call.Http.Request.Path}{query}>; rel=\"next\""; // RFC 8288
        }

        await RestJson.WriteAsync(call, StatusCodes.Status200OK, new RestPage<TModel>([.. page.Rows.Select(model)], next));
    }

    public static PageRequest ReadPage<TId>(RestCall call) where TId : struct, IPublicId<TId>
    {
        int limit = ConnectionArguments.DefaultLimit;
        if (call.Query("limit") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ConnectionArguments.MaxLimit))
            throw RestException.BadRequest($"limit has to be a number between 1 and {ConnectionArguments.MaxLimit}.", "limit");
        string? after = call.Query("after");
        if (after is null)
            return new PageRequest(limit);
        return Cursor.TryRead(after, out TId id) ? new PageRequest(limit, After: id.Value) : throw RestException.BadRequest("after is not a cursor of this list.", "after");
    }

    /// <summary>A row in sight.</summary>
    /// <exception cref="RestException">There is none.</exception>
    public static async Task<TRow> FindAsync<TId, TParent, TRow>(RestCall call, FleetList<TId, TParent, TRow> list, string text, string field, string thing)
        where TId : struct, IPublicId<TId>
        where TParent : struct, IPublicId<TParent>
        where TRow : class =>
        TId.TryParse(text, out TId id) && await list.FindAsync(call.Actor, id, call.CancellationToken) is { } row
            ? row
            : throw new RestException(RestProblem.Of(StatusCodes.Status404NotFound, "NOT_FOUND", $"There is no such {thing}.", field));
}
