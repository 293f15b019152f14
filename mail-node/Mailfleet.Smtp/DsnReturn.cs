namespace Mailfleet.Smtp;

/// <summary>How much of the message a failure report returns.</summary>
public enum DsnReturn
{
    Headers,
    Full,
}
