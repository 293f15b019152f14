using GraphQL.Types;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.GraphQL.People;

internal sealed class SessionType : ObjectGraphType<SessionRow>
{
    public SessionType()
    {
        Name = "Session";
        Description = "A log-in from one browser.";
        Field<NonNullGraphType<IdGraphType>>("id").Resolve(context => context.Source.Id.Value);
        Field<NonNullGraphType<StringGraphType>>("address").Description("Where it was opened from.").Resolve(context => context.Source.Address);
        Field<NonNullGraphType<StringGraphType>>("userAgent").Description("What the browser calls itself.").Resolve(context => context.Source.UserAgent);
        Field<NonNullGraphType<DateTimeType>>("createdAt").Resolve(context => context.Source.CreatedAt);
        Field<NonNullGraphType<DateTimeType>>("seenAt").Description("To five minutes.").Resolve(context => context.Source.SeenAt);
        Field<NonNullGraphType<DateTimeType>>("expiresAt").Resolve(context => context.Source.ExpiresAt);
    }
}
