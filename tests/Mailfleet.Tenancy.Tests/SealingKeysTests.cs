using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy.Secrets;

namespace Mailfleet.Tenancy.Tests;

public sealed class SealingKeysTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "mailfleet-tests", Guid.NewGuid().ToString("N"));
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("$argon2id$…");
    private static readonly byte[] Place = Encoding.UTF8.GetBytes("table/1");

    [Fact]
    public void OpensWhatItSealedAlsoAfterARestart()
    {
        byte[] box = SealingKeys.Load(_directory).Seal(Secret, Place);
        Assert.Equal(-1, box.AsSpan().IndexOf(Secret));
        Assert.Equal(Secret, SealingKeys.Load(_directory).Open(box, Place));
    }

    [Fact]
    public void NeverSealsTheSameTwice()
    {
        SealingKeys keys = SealingKeys.Load(_directory);
        Assert.NotEqual(keys.Seal(Secret, Place), keys.Seal(Secret, Place));
    }

    [Fact]
    public void OpensNothingThatWasMovedChangedOrCut()
    {
        SealingKeys keys = SealingKeys.Load(_directory);
        byte[] box = keys.Seal(Secret, Place);
        Assert.ThrowsAny<CryptographicException>(() => keys.Open(box, "table/2"u8));
        for (int i = 0; i < box.Length; i++)
        {
            byte[] changed = [.. box];
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => keys.Open(changed, Place));
            Assert.ThrowsAny<CryptographicException>(() => keys.Open(box.AsSpan(0, i), Place));
        }
    }

    [Fact]
    public void ANewerKeySealsAndTheOlderStillOpens()
    {
        byte[] old = SealingKeys.Load(_directory).Seal(Secret, Place);
        File.WriteAllBytes(Path.Combine(_directory, "sealing-2.key"), RandomNumberGenerator.GetBytes(32));
        SealingKeys both = SealingKeys.Load(_directory);
        byte[] young = both.Seal(Secret, Place);

        Assert.Equal(Secret, both.Open(old, Place));
        Assert.Equal(2, young[3]);
        File.Delete(Path.Combine(_directory, "sealing-2.key"));
        Assert.ThrowsAny<CryptographicException>(() => SealingKeys.Load(_directory).Open(young, Place));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void KeepsItsKeysToItself()
    {
        SealingKeys.Load(_directory);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, "sealing-1.key")));
    }

    [Fact]
    public async Task HostsThatStartTogetherShareOneKey()
    {
        SealingKeys[] hosts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SealingKeys.Load(_directory))));
        byte[] box = hosts[0].Seal(Secret, Place);
        Assert.All(hosts, host => Assert.Equal(Secret, host.Open(box, Place)));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void RefusesAKeyOfTheWrongLength()
    {
        Directory.CreateDirectory(_directory);
        File.WriteAllBytes(Path.Combine(_directory, "sealing-1.key"), new byte[16]);
        Assert.Throws<InvalidDataException>(() => SealingKeys.Load(_directory));
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }
}
