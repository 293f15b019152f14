using System.Text;
using System.Text.Unicode;

namespace Mailfleet.Wire.Sasl;

/// <summary>The message of the PLAIN mechanism (RFC 4616 §2).</summary>
public sealed record SaslPlain(string AuthorizationId, string User, string Password)
{
    /// <summary>Null when it is malformed.</summary>
    public static SaslPlain? Parse(ReadOnlySpan<byte> message)
    {
        int first = message.IndexOf((byte)0);
        if (first < 0 || !Utf8.IsValid(message))
            return null;
        ReadOnlySpan<byte> rest = message[(first + 1)..];
        int second = rest.IndexOf((byte)0);
        if (second <= 0 || second == rest.Length - 1 || rest[(second + 1)..].Contains((byte)0))
            return null;
        return new SaslPlain(Encoding.UTF8.GetString(message[..first]), Encoding.UTF8.GetString(rest[..second]), Encoding.UTF8.GetString(rest[(second + 1)..]));
    }

    /// <summary>Nobody acts for another: the identity asked for is left out or the one that logs in.</summary>
    public bool ActsForItself => AuthorizationId.Length == 0 || AuthorizationId == User;

    /// <summary>Never tells the password.</summary>
    public override string ToString() => $"PLAIN {User}";
}
