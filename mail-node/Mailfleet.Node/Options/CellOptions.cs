using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>The cell this node serves.</summary>
public sealed record CellOptions
{
    /// <summary>Connection string of the cell database as its owner.</summary>
    [Required]
    public string Database { get; init; } = "";

    /// <summary>Directory of segment files that every node of the cell mounts.</summary>
    [Required]
    public string Segments { get; init; } = "";
}
