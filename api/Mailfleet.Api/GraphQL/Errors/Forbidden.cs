using GraphQL;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.GraphQL.Errors;

/// <summary>A list that the caller's role does not open. Said aloud, because an empty page would be taken for the truth.</summary>
internal static class Forbidden
{
    public const string Code = "FORBIDDEN";

    public static void ThrowUnless(Actor actor, Right right)
    {
        if (!actor.May(right))
            throw new ExecutionError("Your role does not allow reading this.") { Code = Code };
    }
}
