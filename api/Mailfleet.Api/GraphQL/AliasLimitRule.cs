using GraphQL.Validation;
using GraphQLParser.AST;

namespace Mailfleet.Api.GraphQL;

/// <summary>Bounds how often one document asks for fields under other names. In fragments each counts once: what they spread to is bounded by the cost.</summary>
internal sealed class AliasLimitRule : ValidationRuleBase
{
    public override ValueTask<INodeVisitor?> GetPreNodeVisitorAsync(ValidationContext context)
    {
        int aliases = 0;
        return new(new MatchingNodeVisitor<GraphQLField>((field, validation) =>
        {
            if (field.Alias is not null && ++aliases == GraphQLLimits.MaxAliases + 1)
                validation.ReportError(new ValidationError(
                    validation.Document.Source, "TOO_MANY_ALIASES", $"The document has more than {GraphQLLimits.MaxAliases} aliases. Use a list or a bulk mutation.", field)
                { Code = "TOO_MANY_ALIASES" });
        }));
    }
}
