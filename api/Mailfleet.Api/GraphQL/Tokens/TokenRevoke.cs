using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Tokens;

namespace Mailfleet.Api.GraphQL.Tokens;

internal sealed record TokenRevokeInput(string TokenId);

internal sealed class TokenRevokeInputType : InputObjectGraphType<TokenRevokeInput>
{
    public TokenRevokeInputType()
    {
        Name = "TokenRevokeInput";
        Field<NonNullGraphType<IdGraphType>>("tokenId");
    }
}

internal sealed class TokenRevokePayloadType : PayloadType<TokenRow>
{
    public TokenRevokePayloadType() : base("TokenRevokePayload") => Field<IdGraphType>("revokedTokenId").Resolve(context => context.Source.Value?.Id.Value);
}

internal static class TokenRevoke
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        TokenRevokeInput input = context.GetArgument<TokenRevokeInput>("input");
        return TokenId.TryParse(input.TokenId, out TokenId token)
            ? Payload<TokenRow>.Of(await context.Service<RevokeTokenHandler>().HandleAsync(new RevokeToken(token), context.Actor(), context.CancellationToken))
            : Payload<TokenRow>.Refused(new Refusal(ErrorCode.NotFound, "tokenId", "There is no such token."));
    }
}
