using System.Buffers.Text;
using System.Text;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.GraphQL.Relay;

/// <summary>A cursor holds the id of its row, in a form that does not invite to build one.</summary>
internal static class Cursor
{
    public static string Of(string id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(id));

    public static bool TryRead<TId>(string cursor, out TId id) where TId : struct, IPublicId<TId>
    {
        id = default;
        return Base64Url.IsValid(cursor) && TId.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)), out id);
    }
}
