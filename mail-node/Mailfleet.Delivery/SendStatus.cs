namespace Mailfleet.Delivery;

/// <summary>What became of one recipient.</summary>
public enum SendStatus
{
    /// <summary>The server has taken the message for it.</summary>
    Delivered,

    /// <summary>It did not work out now.</summary>
    Deferred,

    /// <summary>It will never work out.</summary>
    Failed,

    /// <summary>Nothing was said about it: it is not its turn, or the server takes no more recipients at once.</summary>
    Untried,
}
