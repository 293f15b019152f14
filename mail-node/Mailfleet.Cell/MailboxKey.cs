namespace Mailfleet.Cell;

/// <summary>The cell's own number of a mailbox (<c>directory.mailbox.id</c>). Never shown outside the cell.</summary>
public readonly record struct MailboxKey(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
