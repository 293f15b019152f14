namespace Mailfleet.Tenancy;

/// <summary>What came of a use case: a value, or at least one refusal and nothing changed.</summary>
public sealed class Outcome<T> where T : class
{
    private Outcome(T? value, IReadOnlyList<Refusal> refusals) => (Value, Refusals) = (value, refusals);

    public T? Value { get; }

    public IReadOnlyList<Refusal> Refusals { get; }

    public bool IsAccepted => Value is not null;

#pragma warning disable CA1000 // the two ways to make one read best here
    public static Outcome<T> Accepted(T value) => new(value, []);

    public static Outcome<T> Refused(params IReadOnlyList<Refusal> refusals) =>
        refusals.Count > 0 ? new(null, refusals) : throw new ArgumentException("A refusal needs a reason.", nameof(refusals));
#pragma warning restore CA1000
}
