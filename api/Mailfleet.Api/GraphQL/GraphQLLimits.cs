using GraphQL.Execution;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQL.Validation.Complexity;
using GraphQL.Validation.Rules.Custom;
using Mailfleet.Api.GraphQL.Relay;

namespace Mailfleet.Api.GraphQL;

/// <summary>What one request may ask for. Over a limit it is refused before anything runs.</summary>
internal static class GraphQLLimits
{
    /// <summary>A page of bulk input with its variables fits several times over.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>The standard introspection query is 15 deep.</summary>
    public const int MaxDepth = 20;

    /// <summary>One cost unit a field: about 100 domains with 100 mailboxes each, a dozen fields a mailbox, in one request.</summary>
    public const int MaxComplexity = 250_000;

    /// <summary>An alias asks for one field again; whoever needs more than this has a list or a bulk mutation.</summary>
    public const int MaxAliases = 100;

    /// <summary>What one request of a token's rate is worth in cost.</summary>
    public const double CostOfARequest = 1000;

    // A mutation is a transaction, and a password's hash is slow on purpose.
    private const double MutationCost = 50;

    /// <summary>A request that takes longer has met a fault; its connection is better free.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // Lists without a page are those of introspection: few entries, some of them nested five deep.
    private const double PlainListSize = 5;

    public static ComplexityOptions Complexity { get; } = new()
    {
        MaxDepth = MaxDepth,
        MaxComplexity = MaxComplexity,
        DefaultComplexityImpactDelegate = Impact,
        ValidateComplexityDelegate = context =>
        {
            if (context.ValidationContext.UserContext is RequestContext request)
                request.Cost = context.TotalImpact;
            return Task.CompletedTask;
        },
    };

    public static IValidationRule[] Rules { get; } = [.. DocumentValidator.CoreRules, new AliasLimitRule(), new ComplexityValidationRule(Complexity)];

    // A connection's lists cost its page size a child; everything else costs itself.
    private static FieldComplexityResult Impact(FieldImpactContext field)
    {
        if (field.ParentType is MutationType)
            return new FieldComplexityResult(MutationCost * ItemsOf(field), 1);
        if (!IsList(field.FieldDefinition.ResolvedType))
            return new FieldComplexityResult(1, 1);

        double size = field.ParentType is IConnectionType && field.Parent is { } connection
            ? connection.GetArgument<int?>("first") ?? connection.GetArgument<int?>("last") ?? ConnectionArguments.DefaultLimit
            : PlainListSize;
        return new FieldComplexityResult(1, Math.Clamp(size, 1, ConnectionArguments.MaxLimit));
    }

    // Of a bulk mutation. What is not there to count is refused later.
    private static int ItemsOf(FieldImpactContext field) =>
        field.Arguments?.TryGetValue("input", out ArgumentValue input) == true
        && input.Value is Bulk.IBulkInput { Count: > 0 } items
            ? items.Count
            : 1;

    private static bool IsList(IGraphType? type) => (type is NonNullGraphType nonNull ? nonNull.ResolvedType : type) is ListGraphType;
}
