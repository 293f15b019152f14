namespace Mailfleet.Smtp;

/// <summary>When the sender wants to hear of a recipient; nothing set means never.</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
