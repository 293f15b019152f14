namespace Mailfleet.Fuzz.Tests;

/// <summary>One parser with its oracle: what must hold whatever the input is.</summary>
public abstract class FuzzTarget
{
    /// <summary>Name of the target and of its seeds, <c>corpus/NAME.txt</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Mutations of an ordinary run; fewer for what is slow.</summary>
    public virtual int Runs => 20_000;

    /// <summary>Pieces that mutations put in: what the grammar of this input is made of.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>Throws when the oracle is violated.</summary>
    public abstract ValueTask CheckAsync(byte[] input);

    public override string ToString() => Name;
}
