using System.Text.Json;
using GraphQL.Types;
using GraphQLParser.AST;

namespace Mailfleet.Api.GraphQL;

/// <summary>Any JSON value, for what has no fixed shape. Only ever an output.</summary>
internal sealed class JsonType : ScalarGraphType
{
    public JsonType()
    {
        Name = "JSON";
        Description = "Any JSON value.";
    }

    public override object? Serialize(object? value) => value switch
    {
        null => null,
        string text => JsonSerializer.Deserialize<JsonElement>(text),
        _ => ThrowSerializationError(value),
    };

    public override object? ParseValue(object? value) => ThrowValueConversionError(value);

    public override object? ParseLiteral(GraphQLValue value) => ThrowLiteralConversionError(value);
}
