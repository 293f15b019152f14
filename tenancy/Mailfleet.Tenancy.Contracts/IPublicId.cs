using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>An id that is shown outside. <c>default</c> is no id: reading its <see cref="Value"/> throws.</summary>
public interface IPublicId<TSelf> where TSelf : struct, IPublicId<TSelf>
{
    /// <summary>What every id of the type begins with, <c>cus_</c>.</summary>
    static abstract string Prefix { get; }

    string Value { get; }

    /// <summary>False for anything but the canonical form.</summary>
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf id);
}
