namespace Mailfleet.Message;

/// <summary>The sender of an envelope; null address for the null reverse-path <c>&lt;&gt;</c>.</summary>
public sealed record ReversePath(MailAddress? Address)
{
    public static ReversePath Null { get; } = new((MailAddress?)null);

    public bool IsNull => Address is null;

    public override string ToString() => $"<{Address}>";
}
