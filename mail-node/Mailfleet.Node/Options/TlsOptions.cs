using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Certificate chain and key, PEM.</summary>
public sealed record TlsOptions
{
    [Required]
    public string Certificate { get; init; } = "";

    [Required]
    public string Key { get; init; } = "";
}
