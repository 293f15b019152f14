using System.Numerics;

namespace Mailfleet.Tenancy.Rights;

/// <summary>A set of rights.</summary>
public readonly record struct RightSet
{
    private readonly ulong _bits;

    private RightSet(ulong bits) => _bits = bits;

    public static RightSet None => default;

    public int Count => BitOperations.PopCount(_bits);

    public IEnumerable<Right> All
    {
        get
        {
            RightSet set = this;
            return Enum.GetValues<Right>().Where(set.Contains);
        }
    }

    public static RightSet Of(params IEnumerable<Right> rights) => new(rights.Aggregate(0UL, (bits, right) => bits | Bit(right)));

    public bool Contains(Right right) => (_bits & Bit(right)) != 0;

    /// <summary>Whether the other set has nothing that this one lacks.</summary>
    public bool Covers(RightSet other) => (other._bits & ~_bits) == 0;

    public RightSet And(RightSet other) => new(_bits & other._bits);

    public override string ToString() => string.Join(' ', All);

    private static ulong Bit(Right right) => 1UL << (int)right; // a 65th right makes this a wider number; a test counts them
}
