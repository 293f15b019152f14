using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Mailfleet.Api.Security;

namespace Mailfleet.Api.Rest;

/// <summary>The document of <c>/v1</c> (OpenAPI 3.1), made from the routes themselves.</summary>
internal static class OpenApiDocument
{
    public static JsonObject Create()
    {
        var schemas = new JsonObject();
        var paths = new JsonObject();
        foreach (IGrouping<string, RestRoute> path in RestRoutes.All.GroupBy(route => route.Pattern))
        {
            var operations = new JsonObject();
            foreach (RestRoute route in path)
                operations.Add(route.Method.ToLowerInvariant(), Operation(route, schemas));
            paths.Add(path.Key, operations);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Mailfleet",
                ["version"] = "1",
                ["description"] = "The simple things of the GraphQL API over REST. Fields and paths are added, never renamed; whatever is to go is marked deprecated for a year before.",
            },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = schemas,
            },
        };
    }

    private static JsonObject Operation(RestRoute route, JsonObject schemas)
    {
        var parameters = new JsonArray();
        if (route.Pattern.Contains("{id}", StringComparison.Ordinal))
            parameters.Add(Parameter("id", "path", "The object's id.", isNumber: false, isRequired: true));
        foreach (RestParameter parameter in route.Parameters)
            parameters.Add(Parameter(parameter.Name, "query", parameter.Description, parameter.IsNumber, isRequired: false));
        if (route.Method != "GET")
            parameters.Add(Parameter(Idempotency.Header, "header", "A text of your own; the same request with the same key is done once a day.", isNumber: false, isRequired: false));

        var operation = new JsonObject { ["summary"] = route.Summary };
        if (parameters.Count > 0)
            operation["parameters"] = parameters;
        if (route.Body == typeof(CsvBody))
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["text/csv"] = new JsonObject() } };
        else if (route.Body is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", body, schemas) };

        var success = new JsonObject { ["description"] = "Done." };
        if (route.Answer is { } answer)
            success["content"] = Content("application/json", answer, schemas);
        else if (route.AnswerMediaType is { } mediaType)
            success["content"] = new JsonObject { [mediaType] = new JsonObject() };
        operation["responses"] = new JsonObject
        {
            [$"{route.Status}"] = success,
            ["default"] = new JsonObject { ["description"] = "Refused; nothing has changed.", ["content"] = Content(RestProblem.MediaType, typeof(RestProblem), schemas) },
        };
        return operation;
    }

    private static JsonObject Parameter(string name, string place, string description, bool isNumber, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["description"] = description,
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = isNumber ? "integer" : "string" },
    };

    private static JsonObject Content(string mediaType, Type type, JsonObject schemas)
    {
        string name = NameOf(type);
        if (!schemas.ContainsKey(name))
            schemas[name] = RestJson.Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        return new JsonObject { [mediaType] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" } } };
    }

    private static string NameOf(Type type)
    {
        string plain = type.Name.Split('`')[0]["Rest".Length..];
        return type.IsGenericType ? NameOf(type.GetGenericArguments()[0]) + plain : plain;
    }
}
