using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Testing;
using Npgsql;

namespace Mailfleet.Api.Tests.Portal;

public sealed class KeyTests(PortalFixture fixture) : IClassFixture<PortalFixture>, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mailfleet-sealing-");

    [Fact]
    public async Task HostsHonourEachOthersForms()
    {
        await using PortalSite first = await fixture.StartAsync();
        using Visitor visitor = new(first);
        Dictionary<string, string> fields = Visitor.Filled(await visitor.GetAsync("/signup"));

        await using PortalSite second = await fixture.StartAsync();
        Html posted = await visitor.PostAsync(new Uri(second.Address, "/signup").AbsoluteUri, fields);

        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.Single(second.SignUps.Commands);
    }

    [Fact]
    public async Task KeysRestSealedInTheControlDatabase()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);
        await visitor.GetAsync("/signup");

        await using NpgsqlDataSource control = NpgsqlDataSource.Create(fixture.ControlDatabase);
        await using NpgsqlCommand command = control.CreateCommand("SELECT name, sealed FROM api.data_protection_key");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        string name = reader.GetString(0);
        byte[] row = reader.GetFieldValue<byte[]>(1);

        Assert.DoesNotContain("masterKey", Encoding.UTF8.GetString(row), StringComparison.Ordinal);
        byte[] opened = SealingKeys.Load(fixture.KeyDirectory).Open(row, Encoding.UTF8.GetBytes($"api.data_protection_key/{name}"));
        Assert.Contains("masterKey", Encoding.UTF8.GetString(opened), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartsWithNewKeysWhenTheSealingKeyIsLost()
    {
        await using PostgresFixture postgres = new();
        string database = await postgres.CreateDatabaseAsync();
        await using (PortalSite site = await PortalSite.StartAsync(database, _directory.FullName))
        using (Visitor visitor = new(site))
            await visitor.GetAsync("/signup");
        File.WriteAllBytes(Assert.Single(_directory.GetFiles()).FullName, RandomNumberGenerator.GetBytes(32));

        await using PortalSite again = await PortalSite.StartAsync(database, _directory.FullName);
        using Visitor later = new(again);

        Assert.Equal(HttpStatusCode.SeeOther, (await later.SignUpAsync()).Status);
    }

    [Fact]
    public async Task ManyHostsMayStartAtOnceOnAnEmptyDatabase()
    {
        await using PostgresFixture postgres = new();
        string database = await postgres.CreateDatabaseAsync();

        PortalSite[] sites = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PortalSite.StartAsync(database, _directory.FullName)));

        foreach (PortalSite site in sites)
            await site.DisposeAsync();
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public void OpensWhatItSealedThereAndNowhereElse()
    {
        SealingKeys keys = SealingKeys.Load(_directory.FullName);
        byte[] sealedBytes = keys.Seal("secret"u8, "here"u8);

        Assert.Equal("secret"u8.ToArray(), SealingKeys.Load(_directory.FullName).Open(sealedBytes, "here"u8));
        Assert.NotEqual(sealedBytes, keys.Seal("secret"u8, "here"u8));
        Assert.ThrowsAny<CryptographicException>(() => keys.Open(sealedBytes, "there"u8));
        Assert.ThrowsAny<CryptographicException>(() => keys.Open(sealedBytes.AsSpan(0, 20), "here"u8));
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            byte[] changed = [.. sealedBytes];
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => keys.Open(changed, "here"u8));
        }
    }

    [Fact]
    public void SealsWithTheNewestKeyAndOpensWithOldOnes()
    {
        byte[] old = SealingKeys.Load(_directory.FullName).Seal("old"u8, "here"u8);
        File.WriteAllBytes(Path.Combine(_directory.FullName, "sealing-12.key"), RandomNumberGenerator.GetBytes(32));

        SealingKeys keys = SealingKeys.Load(_directory.FullName);

        Assert.Equal("old"u8.ToArray(), keys.Open(old, "here"u8));
        Assert.Equal((byte)12, keys.Seal("new"u8, "here"u8)[3]);
        File.Delete(Path.Combine(_directory.FullName, "sealing-1.key"));
        Assert.ThrowsAny<CryptographicException>(() => SealingKeys.Load(_directory.FullName).Open(old, "here"u8));
    }

    [Fact]
    public void KeepsItsKeyToItself()
    {
        SealingKeys.Load(_directory.FullName);

        FileInfo key = Assert.Single(_directory.GetFiles());
        Assert.Equal("sealing-1.key", key.Name);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, key.UnixFileMode);
        Assert.Equal(32, key.Length);
    }

    [Fact]
    public void RefusesACutOffKeyFile()
    {
        File.WriteAllBytes(Path.Combine(_directory.FullName, "sealing-1.key"), new byte[31]);

        Assert.Throws<InvalidDataException>(() => SealingKeys.Load(_directory.FullName));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
