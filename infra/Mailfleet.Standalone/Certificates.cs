using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mailfleet.Files;
using Mailfleet.Hosting;

namespace Mailfleet.Standalone;

/// <summary>A certificate authority of this directory and a server certificate made by it, so that clients can be told to trust the one.</summary>
internal sealed class Certificates(string directory, string hostName, TimeProvider clock)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public string AuthorityFile => Path.Combine(directory, "ca.crt");

    public string ServerFile => Path.Combine(directory, "server.crt");

    public string ServerKeyFile => Path.Combine(directory, "server.key");

    /// <summary>Makes what is missing, or what ends within 30 days.</summary>
    public void Ensure()
    {
        string authorityKeyFile = Path.Combine(directory, "ca.key");
        bool isNewAuthority = !IsValid(AuthorityFile) || !File.Exists(authorityKeyFile);
        if (isNewAuthority)
        {
            using X509Certificate2 made = MakeAuthority();
            Write(AuthorityFile, authorityKeyFile, made);
        }

        if (!isNewAuthority && IsValid(ServerFile) && File.Exists(ServerKeyFile))
            return;

        using X509Certificate2 authority = X509Certificate2.CreateFromPemFile(AuthorityFile, authorityKeyFile);
        using X509Certificate2 server = MakeServer(authority);
        Write(ServerFile, ServerKeyFile, server);
    }

    private X509Certificate2 MakeAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=Mailfleet standalone CA ({hostName})", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(clock.GetUtcNow().AddDays(-1), clock.GetUtcNow().AddYears(10));
    }

    private X509Certificate2 MakeServer(X509Certificate2 authority)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={hostName}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        foreach (string name in (string[])[hostName, $"*.{hostName}", "localhost"])
            names.AddDnsName(name);
        foreach (string address in (string[])["127.0.0.1", "127.0.0.2", "::1"])
            names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // 398 days is what clients accept for a leaf; an authority that ends earlier cannot sign past its own end.
        DateTimeOffset end = clock.GetUtcNow().AddDays(398);
        DateTimeOffset authorityEnd = new(authority.NotAfter.ToUniversalTime());
        using X509Certificate2 signed = request.Create(
            authority, clock.GetUtcNow().AddDays(-1), end < authorityEnd ? end : authorityEnd, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    private bool IsValid(string file)
    {
        if (!File.Exists(file))
            return false;

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.NotAfter.ToUniversalTime() > (clock.GetUtcNow() + RenewBefore).UtcDateTime;
    }

    private static void Write(string certificateFile, string keyFile, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate has no private key.");
        OwnerOnlyFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem() + "\n");
    }
}
