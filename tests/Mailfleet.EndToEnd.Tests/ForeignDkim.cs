using System.Security.Cryptography;
using System.Text;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Signatures (RFC 6376) made and checked by dkimpy, Debian's python3-dkim. Simple canonicalization: one octet more or less and they are broken.</summary>
internal sealed class ForeignDkim : IDisposable
{
    private const string Verify =
        """
        import sys, dkim
        record = sys.argv[2].encode()
        print('verified' if dkim.verify(open(sys.argv[1], 'rb').read(), dnsfunc=lambda name, timeout=5: record) else 'broken')
        """;

    private const string Sign =
        """
        import sys, dkim
        message = open(sys.argv[1], 'rb').read()
        signature = dkim.sign(message, b's1', sys.argv[2].encode(), open(sys.argv[3], 'rb').read(), canonicalize=(b'simple', b'simple'))
        open(sys.argv[1], 'wb').write(signature + message)
        """;

    private readonly RSA _key = RSA.Create(2048);
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-dkim-").FullName;

    /// <summary>A file with the message, CRLF throughout, signed for the domain.</summary>
    public async Task<string> SignAsync(string message, string domain)
    {
        string key = Path.Combine(_directory, "key.pem");
        await File.WriteAllTextAsync(key, _key.ExportRSAPrivateKeyPem());
        string file = await WriteAsync(message);
        await RunAsync(Sign, file, domain, key);
        return file;
    }

    /// <summary>Whether the signature fits the message as it was received.</summary>
    public async Task<bool> VerifiesAsync(string received) =>
        (await RunAsync(Verify, await WriteAsync(received), $"v=DKIM1; k=rsa; p={Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo())}")).Trim() == "verified";

    public void Dispose()
    {
        _key.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private async Task<string> WriteAsync(string message)
    {
        string file = Path.Combine(_directory, $"{Guid.NewGuid():N}.eml");
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(message.ReplaceLineEndings("\r\n")));
        return file;
    }

    // Debian's own interpreter: another one on the path does not know Debian's packages.
    private static async Task<string> RunAsync(string code, params string[] arguments)
    {
        (int exitCode, string output) = await ForeignTool.RunAsync("/usr/bin/python3", ["-c", code, .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
