namespace Mailfleet.Tenancy.Storage;

/// <summary>Filters on a list's one text column; those given hold together.</summary>
public sealed record TextFilter(string? Is = null, string? StartsWith = null)
{
    public static TextFilter None { get; } = new();
}
