namespace Mailfleet.Cell.Door;

/// <summary>What a customer may do on the wire. Numbers are stored and never change meaning.</summary>
public enum CustomerState : short
{
    Active = 1,
}
