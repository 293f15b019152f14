using GraphQL.Types;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.GraphQL.Errors;

internal sealed class ErrorCodeType : EnumerationGraphType<ErrorCode>
{
    public ErrorCodeType()
    {
        Name = "ErrorCode";
        Description = "Why a mutation was refused. Codes are added, never renamed.";
    }
}

internal sealed class UserErrorType : ObjectGraphType<Refusal>
{
    public UserErrorType()
    {
        Name = "UserError";
        Description = "One reason why a mutation changed nothing.";
        Field<ListGraphType<NonNullGraphType<StringGraphType>>>("field")
            .Description("Path of the input field at fault; null when it is no single one.")
            .Resolve(context => context.Source.Field?.Split('.'));
        Field<NonNullGraphType<StringGraphType>>("message").Description("An English sentence that says what to do.").Resolve(context => context.Source.Message);
        Field<NonNullGraphType<ErrorCodeType>>("code").Resolve(context => context.Source.Code);
    }
}
