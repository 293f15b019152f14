namespace Mailfleet.Queue;

/// <summary>Which kind of mail waits; a lane's flood does not hold up the others. Numbers are those of the rows.</summary>
public enum Lane
{
    /// <summary>What a person has just sent.</summary>
    Interactive = 1,

    /// <summary>What goes to many.</summary>
    Lists = 2,
}
