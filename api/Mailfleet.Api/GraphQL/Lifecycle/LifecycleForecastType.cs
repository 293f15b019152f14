using GraphQL;
using GraphQL.Types;
using Mailfleet.Api.GraphQL.Errors;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.GraphQL.Lifecycle;

internal sealed class ForecastStepType : ObjectGraphType<LifecycleForecastStep>
{
    public ForecastStepType()
    {
        Name = "ForecastStep";
        Field<NonNullGraphType<IdGraphType>>("customerId").Resolve(context => context.Source.Customer.Value);
        Field<NonNullGraphType<StringGraphType>>("customerName").Resolve(context => context.Source.Name);
        Field<NonNullGraphType<CustomerStageType>>("from").Resolve(context => context.Source.From);
        Field<NonNullGraphType<CustomerStageType>>("to").Resolve(context => context.Source.To);
        Field<NonNullGraphType<DateTimeType>>("at").Resolve(context => context.Source.At);
        Field<NonNullGraphType<BooleanGraphType>>("isHeld").Description("It will not happen until the hold is released.").Resolve(context => context.Source.IsHeld);
    }
}

internal sealed class LifecycleForecastType : ObjectGraphType<LifecycleForecastResult>
{
    public LifecycleForecastType()
    {
        Name = "LifecycleForecast";
        Description = "What time alone would do. A dry run: it changes nothing.";
        Field<NonNullGraphType<ListGraphType<NonNullGraphType<ForecastStepType>>>>("steps").Description("In the order of their time.").Resolve(context => context.Source.Steps);
        Field<NonNullGraphType<BooleanGraphType>>("isComplete").Description("False when more customers are concerned than are shown.").Resolve(context => context.Source.IsComplete);
    }
}

internal static class LifecycleForecasts
{
    public static QueryArgument Days => new QueryArgument<IntGraphType> { Name = "days", Description = $"From now on, 1 to {LifecycleForecast.MaxDays}; 30 when absent." };

    public static async Task<object?> ResolveAsync(IResolveFieldContext context)
    {
        Forbidden.ThrowUnless(context.Actor(), Right.ReadCustomers);
        int days = context.GetArgument<int?>("days") ?? 30;
        if (days is < 1 or > LifecycleForecast.MaxDays)
            throw BadInput.Error($"days has to be between 1 and {LifecycleForecast.MaxDays}.");
        return await context.Service<LifecycleForecast>().ReadAsync(context.Actor(), days, context.CancellationToken);
    }
}
