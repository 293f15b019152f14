using GraphQL;
using Mailfleet.Api.GraphQL.Customers;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal abstract class CustomerPayloadType : PayloadType<CustomerRow>
{
    protected CustomerPayloadType(string name) : base(name) => Field<CustomerType>("customer").Resolve(context => context.Source.Value);
}

/// <summary>What the mutations of a customer's life share: find the customer, ask the use case, show the customer as it is then.</summary>
internal static class CustomerPayload
{
    public static async Task<object?> ResolveAsync(IResolveFieldContext context, string id, Func<CustomerId, Task<Outcome<Customer>>> ask)
    {
        if (!CustomerId.TryParse(id, out CustomerId customer))
            return Payload<CustomerRow>.Refused(new Refusal(ErrorCode.NotFound, "customerId", "There is no such customer."));
        Outcome<Customer> outcome = await ask(customer);
        CustomerRow? row = outcome.IsAccepted ? await context.Service<FleetLists>().Customers.FindAsync(context.Actor(), customer, context.CancellationToken) : null;
        return new Payload<CustomerRow>(row, outcome.Refusals);
    }
}
