namespace Mailfleet.Wire.Peers;

/// <summary>What misdeeds weigh, in points towards a ban. One point is what anybody may do by mistake.</summary>
public static class Offence
{
    /// <summary>A connection more than the address may have.</summary>
    public const int TooManyConnections = 1;

    /// <summary>A recipient that nobody is: lists age, guessing is quick.</summary>
    public const int UnknownRecipient = 1;

    /// <summary>A log-in beyond the limits, from where the account is not known.</summary>
    public const int ThrottledLogIn = 2;

    /// <summary>Spoke before the greeting (RFC 5321 §4.3.1), which mail servers do not.</summary>
    public const int EarlyTalk = 5;

    /// <summary>A session that had to be ended: nothing but errors, commands behind STARTTLS, a bare CR or LF that hides a second message.</summary>
    public const int Dismissed = 5;
}
