using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mailfleet.Testing.Transcripts;

/// <summary>A self-signed certificate for <c>localhost</c>, made once a run.</summary>
public static class TestCertificate
{
    private static readonly Lazy<SslStreamCertificateContext> Made = new(Make);

    public static SslStreamCertificateContext Context => Made.Value;

    private static SslStreamCertificateContext Make()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)), additionalCertificates: null, offline: true);
    }
}
