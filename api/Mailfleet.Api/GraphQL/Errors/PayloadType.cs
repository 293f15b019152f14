using GraphQL.Types;
using Mailfleet.Tenancy;

namespace Mailfleet.Api.GraphQL.Errors;

/// <summary>What a mutation answers: the object, or null and the reasons.</summary>
internal sealed record Payload<T>(T? Value, IReadOnlyList<Refusal> UserErrors) where T : class
{
    public static Payload<T> Refused(params IReadOnlyList<Refusal> refusals) => new(null, refusals);

    public static Payload<T> Accepted(T value) => new(value, []);

    public static Payload<T> Of(Outcome<T> outcome) => new(outcome.Value, outcome.Refusals);
}

internal abstract class PayloadType<T> : ObjectGraphType<Payload<T>> where T : class
{
    protected PayloadType(string name)
    {
        Name = name;
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<UserErrorType>>>>("userErrors").Resolve(context => context.Source.UserErrors);
    }
}
