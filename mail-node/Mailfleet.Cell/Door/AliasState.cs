namespace Mailfleet.Cell.Door;

/// <summary>Numbers are stored and never change meaning.</summary>
public enum AliasState : short
{
    Active = 1,
    Deleted = 9,
}
