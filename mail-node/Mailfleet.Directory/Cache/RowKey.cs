namespace Mailfleet.Directory.Cache;

internal enum RowKind
{
    Customer,
    Domain,
    Mailbox,
    Alias,
    Name,
}

/// <summary>
/// Something that an answer stands on: a row, or a name of a domain whether anybody has it or not. A change of any of them ends the answer; the name is
/// what tells that a new row now stands before the one that was found.
/// </summary>
/// <param name="Id">Of a name: of its domain.</param>
internal readonly record struct RowKey(RowKind Kind, long Id, string Name = "")
{
    public static RowKey Customer(long id) => new(RowKind.Customer, id);

    public static RowKey Domain(long id) => new(RowKind.Domain, id);

    public static RowKey Mailbox(long id) => new(RowKind.Mailbox, id);

    public static RowKey Alias(long id) => new(RowKind.Alias, id);

    public static RowKey NameOf(long domain, string localPart) => new(RowKind.Name, domain, localPart);
}
