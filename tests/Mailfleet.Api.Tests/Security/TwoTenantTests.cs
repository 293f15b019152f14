using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQL.Types;
using Mailfleet.Api.GraphQL;
using Mailfleet.Api.Rest;
using Mailfleet.Api.Tests.GraphQL;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Resellers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mailfleet.Api.Tests.Security;

/// <summary>
/// One customer's owner walks everything there is with another customer's ids: every query field, every mutation by every id it takes, every route. Made from
/// the schema and the routes, so what is added is walked too, and an id of a new kind fails until somebody says what it names.
/// </summary>
public sealed class TwoTenantTests(TwoTenantFixture tenants) : IClassFixture<TwoTenantFixture>
{
    // No id in their input; what they make stands at the caller's own place.
    private static readonly string[] WithoutIds = ["importCreate"];

    public static TheoryData<string> Mutations => [.. Schema().Mutation!.Fields.Select(one => one.Name)];

    public static TheoryData<string> Queries => [.. Schema().Query.Fields.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task AQueryShowsNothingOfTheOther(string name)
    {
        FieldType field = Schema().Query.Fields.Single(f => f.Name == name);
        string needed = string.Join(", ", (field.Arguments ?? []).Where(a => a.ResolvedType is NonNullGraphType && a.DefaultValue is null).Select(a => a.Name));
        foreach (string arguments in name == "node" ? tenants.Foreign.Ids.Values.Select(id => $"(id: \"{id}\")") : needed.Length > 0 ? [$"({needed}: \"{tenants.Foreign.IdOf(needed)}\")"] : [""])
        {
            JsonObject answer = await tenants.AskAsync($"{{ {name}{arguments} {Selection(field.ResolvedType!, depth: 5)} }}", null);
            Assert.False(answer.ContainsKey("errors"), answer.ToJsonString());
            string text = answer["data"]!.ToJsonString();
            Assert.All(tenants.Foreign.Marks, mark => Assert.DoesNotContain(mark, text, StringComparison.Ordinal));
            if (name == "node")
                Assert.Null(answer["data"]!["node"]);
        }
    }

    [Fact]
    public async Task TheOwnerSeesTheirOwnByTheSameQuestions()
    {
        foreach ((string kind, string id) in tenants.Own.Ids.Where(pair => pair.Key is not ("sessionId" or "deliveryId" or "nodeId" or "parentId" or "planId")))
        {
            JsonObject answer = await tenants.AskAsync("query($id: ID!) { node(id: $id) { id } }", new { id });
            Assert.True(answer["data"]!["node"] is not null, kind);
        }
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task AMutationWithTheOthersIdsFindsNothingAndChangesNothing(string name)
    {
        FieldType field = Schema().Mutation!.Fields.Single(f => f.Name == name);
        var input = (IInputObjectGraphType)Bare(field.Arguments!.Single().ResolvedType!);
        bool isBulk = input.Fields.Any(f => f.Name == "items");
        IInputObjectGraphType item = isBulk ? (IInputObjectGraphType)Bare(input.Fields.Single(f => f.Name == "items").ResolvedType!) : input;
        string[] ids = [.. item.Fields.Where(f => Bare(f.ResolvedType!) is IdGraphType).Select(f => f.Name)];
        Assert.True(ids.Length > 0 || WithoutIds.Contains(name), $"{name} takes no id: say so here, if it is meant.");

        string[] before = await tenants.StateOfForeignAsync();
        foreach (string id in ids)
        {
            var given = new JsonObject();
            foreach (FieldType part in item.Fields.Where(f => f.ResolvedType is NonNullGraphType || f.Name == id))
                given[part.Name] = Bare(part.ResolvedType!) is IdGraphType ? (part.Name == id ? tenants.Foreign : tenants.Own).IdOf(part.Name) : Sample(part);
            object variables = new { i = isBulk ? new JsonObject { ["items"] = new JsonArray(given) } : given };
            string errors = isBulk ? "results { userErrors { code field } }" : "userErrors { code field }";
            JsonObject answer = await tenants.AskAsync($"mutation($i: {Bare(field.Arguments!.Single().ResolvedType!).Name}!) {{ {name}(input: $i) {{ {errors} }} }}", variables);
            Assert.False(answer.ContainsKey("errors"), answer.ToJsonString());
            JsonNode payload = isBulk ? answer["data"]![name]!["results"]![0]! : answer["data"]![name]!;
            JsonNode error = Assert.Single(payload["userErrors"]!.AsArray())!;

            // What a role may not do is refused at the caller's own object, before anything is said of the other's.
            bool isRefusedBefore = error["code"]!.GetValue<string>() == "FORBIDDEN" && error["field"]![0]!.GetValue<string>() != id;
            Assert.True(isRefusedBefore || error["code"]!.GetValue<string>() == "NOT_FOUND", $"{name}, {id}: {error.ToJsonString()}");
        }

        Assert.Equal(before, await tenants.StateOfForeignAsync());
    }

    [Fact]
    public async Task ARouteWithTheOthersIdsFindsNothingAndChangesNothing()
    {
        string[] before = await tenants.StateOfForeignAsync();
        foreach (RestRoute route in RestRoutes.All)
        {
            if (route.Pattern.Contains("{id}", StringComparison.Ordinal))
            {
                string kind = route.Pattern.Split('/')[2] switch { "domains" => "domainId", "mailboxes" => "mailboxId", "aliases" => "aliasId", "imports" => "jobId", _ => route.Pattern };
                (int status, _) = await tenants.CallAsync(route, route.Pattern.Replace("{id}", tenants.Foreign.IdOf(kind), StringComparison.Ordinal), Body(route, foreign: null));
                Assert.True(status == 404, $"{route.Method} {route.Pattern}: {status}");
            }
            else if (route.Method == "GET")
            {
                (int status, string text) = await tenants.CallAsync(route, route.Pattern, null);
                Assert.Equal(200, status);
                Assert.All(tenants.Foreign.Marks, mark => Assert.DoesNotContain(mark, text, StringComparison.Ordinal));
                foreach (RestParameter parameter in route.Parameters.Where(p => p.Name.EndsWith("Id", StringComparison.Ordinal)))
                {
                    (_, string of) = await tenants.CallAsync(route, $"{route.Pattern}?{parameter.Name}={tenants.Foreign.IdOf(parameter.Name)}", null);
                    Assert.All(tenants.Foreign.Marks, mark => Assert.DoesNotContain(mark, of, StringComparison.Ordinal));
                }
            }

            foreach (string id in Ids(route))
            {
                (int status, string text) = await tenants.CallAsync(route, route.Pattern, Body(route, foreign: id));
                Assert.True(status == 404, $"{route.Method} {route.Pattern}, {id}: {status} {text}");
            }
        }

        Assert.Equal(before, await tenants.StateOfForeignAsync());
    }

    private static string[] Ids(RestRoute route) => route.Body is null || route.Body == typeof(CsvBody)
        ? []
        : [.. route.Body.GetProperties().Where(p => p.Name.EndsWith("Id", StringComparison.Ordinal)).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    private JsonObject? Body(RestRoute route, string? foreign)
    {
        if (route.Body is null || route.Body == typeof(CsvBody))
            return null;
        var body = new JsonObject();
        foreach (System.Reflection.PropertyInfo property in route.Body.GetProperties())
        {
            string name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (name.EndsWith("Id", StringComparison.Ordinal))
                body[name] = (name == foreign ? tenants.Foreign : tenants.Own).IdOf(name);
            else if (property.PropertyType == typeof(string))
                body[name] = Text(name);
            else if (property.PropertyType == typeof(IReadOnlyList<string>))
                body[name] = new JsonArray("x@else.example");
        }

        return body;
    }

    private static MailfleetSchema Schema()
    {
        var schema = new MailfleetSchema();
        schema.Initialize();
        return schema;
    }

    private static IGraphType Bare(IGraphType type) => type switch
    {
        NonNullGraphType nonNull => Bare(nonNull.ResolvedType!),
        ListGraphType list => Bare(list.ResolvedType!),
        _ => type,
    };

    // Everything there is to ask, as deep as it goes without walking in circles.
    private static string Selection(IGraphType given, int depth)
    {
        IGraphType type = Bare(given);
        if (type is IInterfaceGraphType)
            return "{ __typename id }"; // of the types behind it other fields show all
        if (type is not IComplexGraphType complex)
            return "";

        IEnumerable<string> fields = complex.Fields
            .Where(field => Bare(field.ResolvedType!) is not IComplexGraphType || depth > 1)
            .Where(field => field.Name is not ("edges" or "usedBytes")) // the same as nodes; asks the cell
            .Select(field => $"{field.Name} {Selection(field.ResolvedType!, depth - 1)}");
        return $"{{ __typename {string.Join(' ', fields)} }}";
    }

    private static JsonNode Sample(FieldType field)
    {
        IGraphType type = Bare(field.ResolvedType!);
        JsonNode one = type switch
        {
            EnumerationGraphType values => JsonValue.Create(field.Name switch { "role" => "CUSTOMER_AUDITOR", "kind" when values.Values.Any(value => value.Name == "MAILBOXES") => "MAILBOXES", _ => values.Values.First().Name }),
            IInputObjectGraphType => new JsonObject(),
            BooleanGraphType => JsonValue.Create(true),
            IntGraphType or LongGraphType => JsonValue.Create(10),
            DateTimeType => JsonValue.Create("2030-01-01T00:00:00Z"),
            _ => JsonValue.Create(field.Name == "targets" ? "x@else.example" : Text(field.Name)),
        };
        bool isList = (field.ResolvedType is NonNullGraphType nonNull ? nonNull.ResolvedType : field.ResolvedType) is ListGraphType;
        return isList ? new JsonArray(one) : one;
    }

    private static string Text(string name) => name switch
    {
        "localPart" => "new",
        "password" => "correct horse",
        "login" => "new@people.example",
        "url" => "https://hooks.example/",
        "reason" => "Ticket 4711: mail does not arrive",
        _ => "new-name.example",
    };
}

/// <summary>A customer with one of everything.</summary>
/// <param name="Ids">By the name that inputs give them.</param>
/// <param name="Marks">What nobody else may see.</param>
public sealed record Tenant(IReadOnlyDictionary<string, string> Ids, IReadOnlyList<string> Marks)
{
    public string IdOf(string name) => Ids.TryGetValue(name, out string? id)
        ? id
        : throw new InvalidOperationException($"Nothing is known that the field {name} could name: plant one in {nameof(TwoTenantFixture)}.");
}

public sealed class TwoTenantFixture : IAsyncLifetime
{
    private readonly ApiFixture _api = new();
    private string _token = "";

    public Tenant Own { get; private set; } = null!;

    public Tenant Foreign { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _api.InitializeAsync();
        Own = await PlantAsync("own-tenant");
        Foreign = await PlantAsync("foreign-tenant");
        _token = await SecretAsync(Own.IdOf("customerId"));
    }

    /// <summary>As the owner of the one customer, by a token of theirs.</summary>
    public async Task<JsonObject> AskAsync(string query, object? variables)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(JsonSerializer.Serialize(new { query, variables }), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using HttpResponseMessage answer = await _api.Http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    internal async Task<(int Status, string Text)> CallAsync(RestRoute route, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _api.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>All that could have been changed at the other customer.</summary>
    public async Task<string[]> StateOfForeignAsync()
    {
        string customer = Foreign.IdOf("customerId");
        List<string> rows = [];
        foreach (string sql in new[]
        {
            $"SELECT count(*)::text FROM marten.mt_events WHERE tenant_id = '{customer}'",
            $"SELECT count(*)::text FROM tenancy.audit WHERE path LIKE '%{customer}%'",
            $"SELECT string_agg(p.role || p.listed, ',' ORDER BY id) FROM tenancy.person p WHERE path LIKE '%{customer}%'",
            $"SELECT string_agg(t.name || t.listed, ',' ORDER BY id) FROM tenancy.api_token t WHERE path LIKE '%{customer}%'",
            $"SELECT string_agg(j.state || j.listed, ',' ORDER BY id) FROM tenancy.import_job j WHERE path LIKE '%{customer}%'",
            $"SELECT string_agg(w.url || w.listed, ',' ORDER BY id) FROM tenancy.webhook w WHERE path LIKE '%{customer}%'",
        })
        {
            await using NpgsqlDataSource database = NpgsqlDataSource.Create(_api.ControlDatabase);
            await using NpgsqlCommand command = database.CreateCommand(sql);
            rows.Add((await command.ExecuteScalarAsync())?.ToString() ?? "");
        }

        return [.. rows];
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private async Task<Tenant> PlantAsync(string name)
    {
        string customer = await _api.CreateCustomerAsync(name);
        string domain = await _api.CreateDomainAsync(customer, $"{name}.example");
        string mailbox = await _api.CreateMailboxAsync(domain, "ann");
        string alias = await MakeAsync("aliasCreate", "AliasCreateInput", "alias", new { domainId = domain, localPart = "info", targets = new[] { $"ann@{name}.example" } });
        string person = await MakeAsync("personCreate", "PersonCreateInput", "person", new { nodeId = customer, role = "CUSTOMER_OWNER", login = $"owner@{name}.example", name });
        string webhook = await MakeAsync("webhookCreate", "WebhookCreateInput", "webhook", new { nodeId = customer, url = $"https://{name}.example/hook" });
        string token = await MakeAsync("tokenCreate", "TokenCreateInput", "token", new { nodeId = customer, name = $"{name} token" });
        string secret = await SecretAsync(customer);
        string job = await MakeAsync("importCreate", "ImportCreateInput", "job", new { kind = "IMPORT_MAILBOXES", csv = $"address\nbob@{name}.example\n" }, secret);
        Mailfleet.Tenancy.Contracts.ResellerId reseller = (await _api.Services.GetRequiredService<CreateResellerHandler>().HandleAsync(new CreateReseller($"{name} reseller", null), Actor.Operator("test"), CancellationToken.None)).Value!.Id;
        string plan = await MakeAsync("planCreate", "PlanCreateInput", "plan", new { nodeId = reseller.Value, name = $"{name} plan", terms = new { } });
        string delivery = Mailfleet.Tenancy.Contracts.DeliveryId.New(DateTimeOffset.UnixEpoch).Value;
        string session = Mailfleet.Tenancy.Contracts.SessionId.New(DateTimeOffset.UnixEpoch).Value;
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(_api.ControlDatabase);
        await using NpgsqlCommand command = database.CreateCommand(
            $"""
            INSERT INTO tenancy.webhook_delivery (id, webhook_id, event_id, type, body, created_at) VALUES ('{delivery}', '{webhook}', '{Mailfleet.Tenancy.Contracts.EventId.New(DateTimeOffset.UnixEpoch)}', 'x', '{name}', now());
            INSERT INTO tenancy.person_session (id, person_id, token_sha256, address, user_agent, created_at, seen_at, expires_at)
            VALUES ('{session}', '{person}', sha256('{name}'::bytea), '{name}', '{name}', now(), now(), now() + interval '1 day')
            """);
        await command.ExecuteNonQueryAsync();
        Dictionary<string, string> ids = new()
        {
            ["customerId"] = customer,
            ["domainId"] = domain,
            ["mailboxId"] = mailbox,
            ["aliasId"] = alias,
            ["personId"] = person,
            ["webhookId"] = webhook,
            ["tokenId"] = token,
            ["jobId"] = job,
            ["planId"] = plan,
            ["deliveryId"] = delivery,
            ["sessionId"] = session,
            ["nodeId"] = customer,
            ["parentId"] = "res_0197y3x0z0e9rt8v1k2m3n4p5q",
        };
        return new Tenant(ids, [.. ids.Where(pair => pair.Key != "parentId").Select(pair => pair.Value), name]);
    }

    private async Task<string> SecretAsync(string customer) => (await _api.DataAsync(
        "mutation($i: TokenCreateInput!) { tokenCreate(input: $i) { secret userErrors { message } } }", new { i = new { nodeId = customer, name = "walker" } }))["tokenCreate"]!["secret"]!.GetValue<string>();

    private async Task<string> MakeAsync(string mutation, string inputType, string made, object input, string? token = null)
    {
        string query = $"mutation($i: {inputType}!) {{ {mutation}(input: $i) {{ {made} {{ id }} userErrors {{ message }} }} }}";
        if (token is not null)
            _token = token;
        JsonObject data = token is null ? await _api.DataAsync(query, new { i = input }) : (await AskAsync(query, new { i = input }))["data"]!.AsObject();
        return data[mutation]![made]?["id"]?.GetValue<string>() ?? throw new InvalidOperationException(data.ToJsonString());
    }
}
