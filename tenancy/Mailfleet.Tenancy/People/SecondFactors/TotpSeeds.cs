using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Secrets;
using OtpNet;

namespace Mailfleet.Tenancy.People.SecondFactors;

/// <summary>Seeds of authenticator apps (RFC 6238: SHA-1, 30 seconds, 6 digits, which every app knows), sealed at rest for their person alone.</summary>
internal sealed class TotpSeeds(SealingKeys keys)
{
    private const int SeedBytes = 20; // RFC 4226 §4 R6: 160 bits
    private const int Digits = 6;

    // RFC 6238 §5.2: one step either way for clocks that are off and fingers that are slow.
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    public static byte[] New() => RandomNumberGenerator.GetBytes(SeedBytes);

    /// <summary>As people type it into an app.</summary>
    public static string ToText(byte[] seed) => Base32Encoding.ToString(seed).TrimEnd('=');

    /// <summary>The step a code belongs to; null when it is none of this moment's.</summary>
    public static long? FindStep(byte[] seed, string code, DateTimeOffset now) =>
        code.Length == Digits && code.All(char.IsAsciiDigit) && new Totp(seed, totpSize: Digits).VerifyTotp(now.UtcDateTime, code, out long step, Window) ? step : null;

    public byte[] Seal(PersonId person, byte[] seed) => keys.Seal(seed, Place(person));

    /// <exception cref="CryptographicException">The key is missing, or the bytes were not sealed for this person.</exception>
    public byte[] Open(PersonId person, byte[] sealedSeed) => keys.Open(sealedSeed, Place(person));

    private static byte[] Place(PersonId person) => Encoding.UTF8.GetBytes($"tenancy.person/{person}/totp");
}
