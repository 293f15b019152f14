using System.ComponentModel.DataAnnotations;

namespace Mailfleet.Node.Options;

/// <summary>Certificate chain and key, PEM.</summary>
public sealed record TlsOptions
{
    /// <summary>File with the certificate and its chain, PEM.</summary>
    [Required]
    public string Certificate { get; init; } = "";

    /// <summary>File with the private key, PEM.</summary>
    [Required]
    public string Key { get; init; } = "";
}
