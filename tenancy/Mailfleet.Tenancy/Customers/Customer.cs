using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Customers;

/// <param name="Path">Place of the parent.</param>
public sealed record CustomerCreated(CustomerId Customer, ResellerId Parent, SubtreePath Path, string Name, DateTimeOffset At);

/// <summary>The customer lives in this cell from now on; the reason is kept for whoever asks later.</summary>
public sealed record CustomerPlaced(CustomerId Customer, string Cell, string Reason, DateTimeOffset At);

/// <summary>A company, school or office: the tenant.</summary>
/// <param name="Path">Its own place in the tree.</param>
public sealed record Customer(CustomerId Id, string Name, SubtreePath Path, string? Cell) : IEventSourced<Customer>
{
    public static Customer? Apply(Customer? state, object change) => (state, change) switch
    {
        (null, CustomerCreated e) => new Customer(e.Customer, e.Name, e.Path.Child(e.Customer), Cell: null),
        ({ } customer, CustomerPlaced e) => customer with { Cell = e.Cell },
        _ => state,
    };
}
