namespace Mailfleet.Queue;

/// <summary>How a destination took an attempt.</summary>
public enum SiteHealth
{
    Fine,

    /// <summary>It wants less at once.</summary>
    Busy,

    /// <summary>It could not be spoken to at all.</summary>
    Down,
}
