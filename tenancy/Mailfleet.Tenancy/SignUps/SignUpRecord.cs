using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.SignUps;

/// <summary>What a sign-up's page needs to find its objects. Kept under the token's hash: who reads the table cannot open the page.</summary>
public sealed record SignUpRecord
{
    /// <summary>SHA-256 of the token, hex: the document's key.</summary>
    public required string Id { get; init; }

    public required CustomerId Customer { get; init; }

    public required DomainId Domain { get; init; }

    public required MailboxId Mailbox { get; init; }

    public required string Plan { get; init; }

    public string? Email { get; init; }

    public required string Language { get; init; }

    public required DateTimeOffset At { get; init; }

    public static string Key(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
