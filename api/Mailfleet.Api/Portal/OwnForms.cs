using Mailfleet.Api.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Mailfleet.Api.Portal;

/// <summary>
/// Stands before every handler of a post: only forms of our own pages, and small ones. Antiforgery tokens are the second lock, checked by the
/// handler because it answers with the form and what was typed. Clients that send no Origin header are not browsers.
/// </summary>
internal sealed class OwnForms(OwnOrigin ownOrigin) : IEndpointFilter, IRequestSizeLimitMetadata
{
    private static readonly FormOptions Limits = new() { ValueCountLimit = 32, KeyLengthLimit = 128, ValueLengthLimit = 16 * 1024 };

    public long? MaxRequestBodySize => 64 * 1024; // six short fields and a token, percent-encoded Chinese included

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpRequest request = context.HttpContext.Request;
        if (!IsOwn(context.HttpContext))
            return Pages.Error(StatusCodes.Status403Forbidden);
        if (!request.HasFormContentType)
            return Pages.Error(StatusCodes.Status415UnsupportedMediaType);
        try
        {
            await request.ReadFormAsync(Limits, request.HttpContext.RequestAborted); // kept in the request for handler and antiforgery
        }
        catch (InvalidDataException)
        {
            return Pages.Error(StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException fault)
        {
            return Pages.Error(fault.StatusCode);
        }

        return await next(context);
    }

    private bool IsOwn(HttpContext context) => context.Request.Headers.Origin is [] || ownOrigin.IsNamedBy(context);
}
