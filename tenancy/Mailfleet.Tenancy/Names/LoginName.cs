using System.Diagnostics.CodeAnalysis;

namespace Mailfleet.Tenancy.Names;

/// <summary>What a person logs in with: a mail address in its one canonical form, so that two log-ins that look alike are one.</summary>
public readonly record struct LoginName
{
    private readonly string? _value;

    private LoginName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A default LoginName names nobody.");

    public LocalPart LocalPart => LocalPart.TryParse(Value[..Value.LastIndexOf('@')], out LocalPart local, out _)
        ? local
        : throw new InvalidOperationException($"'{Value}' has no local part.");

    public static LoginName Parse(string text) => TryParse(text, out LoginName login, out string? fault) ? login : throw new FormatException(fault);

    public static bool TryParse(string? text, out LoginName login, [NotNullWhen(false)] out string? fault)
    {
        login = default;
        int at = (text ?? "").LastIndexOf('@');
        if (at < 0)
        {
            fault = "A log-in has the form of a mail address.";
            return false;
        }

        if (!LocalPart.TryParse(text![..at], out LocalPart local, out fault) || !DomainName.TryParse(text[(at + 1)..], out DomainName domain, out fault))
            return false;
        login = new LoginName($"{local}@{domain}");
        return true;
    }

    public override string ToString() => Value;
}
