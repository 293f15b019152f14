using System.Text;
using Mailfleet.Wire.Sasl;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Log-ins: base64 that was decoded means one thing, a PLAIN message is exactly its three parts, and it never shows its password.</summary>
internal sealed class SaslTarget : FuzzTarget
{
    public override string Name => "sasl";

    public override IReadOnlyList<string> Words { get; } = ["=", "==", "AGFsaWNl", "\0", "alice@demo.test", "=\r\n", " ", "\u00c3\u00a9"];

    public override ValueTask CheckAsync(byte[] input)
    {
        if (SaslBase64.Decode(input) is { } decoded)
        {
            Assert.Equal(decoded, SaslBase64.Decode(Encoding.ASCII.GetBytes(Convert.ToBase64String(decoded))));
            CheckPlain(decoded);
        }

        CheckPlain(input);
        return ValueTask.CompletedTask;
    }

    private static void CheckPlain(byte[] message)
    {
        if (SaslPlain.Parse(message) is not { } plain)
            return;
        Assert.Equal(message, Encoding.UTF8.GetBytes($"{plain.AuthorizationId}\0{plain.User}\0{plain.Password}"));
        Assert.NotEqual("", plain.User);
        Assert.NotEqual("", plain.Password);
        Assert.Equal($"PLAIN {plain.User}", plain.ToString());
    }
}
