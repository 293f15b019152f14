using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.Relay;

internal sealed class ListOrderType : EnumerationGraphType<ListOrder>
{
    public ListOrderType()
    {
        Name = "ListOrder";
        Description = "How a list is sorted: by age, or by name, address or log-in as its rows have one.";
    }
}
