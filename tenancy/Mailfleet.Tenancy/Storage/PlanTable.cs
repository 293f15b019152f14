using System.Text.Json;
using System.Text.Json.Serialization;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Plans;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Plans, and what customers get by them, in the session's own transaction.</summary>
internal static class PlanTable
{
    public const string Columns = "id, node_id, path, parent_id, name, terms, created_at";

    /// <summary>Longest line of inheritance; a longer one has been made by hand and would cost every read.</summary>
    public const int MaxDepth = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string ToJson(PlanTerms terms) => JsonSerializer.Serialize(terms, Json);

    public static PlanTerms FromJson(string json) => JsonSerializer.Deserialize<PlanTerms>(json, Json) ?? PlanTerms.Nothing;

    public static PlanRow Read(System.Data.Common.DbDataReader reader) => new(
        PlanId.Parse(reader.GetString(0)), ResellerId.Parse(reader.GetString(1)), new SubtreePath(reader.GetString(2)),
        reader.IsDBNull(3) ? null : PlanId.Parse(reader.GetString(3)), reader.GetString(4), FromJson(reader.GetString(5)), reader.GetFieldValue<DateTimeOffset>(6));

    /// <summary>Plans from one up to the one that inherits from nobody.</summary>
    public static async Task<int> DepthOfAsync(IDocumentSession session, PlanId plan, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            WITH RECURSIVE line AS (
                SELECT parent_id, 1 AS depth FROM tenancy.plan WHERE id = $1
                UNION ALL SELECT above.parent_id, depth + 1 FROM line JOIN tenancy.plan above ON above.id = line.parent_id WHERE depth < 100
            )
            SELECT max(depth) FROM line
            """)
        {
            Parameters = { new() { Value = plan.Value } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : 0;
    }

    /// <summary>Locks a plan for the session's transaction: whoever assigns it and whoever changes it wait for each other.</summary>
    public static async Task<PlanRow?> HoldAsync(IDocumentSession session, PlanId id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new($"SELECT {Columns} FROM tenancy.plan WHERE id = $1 AND listed FOR UPDATE") { Parameters = { new() { Value = id.Value } } };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>What a plan says with all that it inherits; nothing without a plan.</summary>
    public static async Task<PlanTerms> InheritedAsync(IDocumentSession session, PlanId? plan, CancellationToken cancellationToken)
    {
        if (plan is not { } id)
            return PlanTerms.Nothing;
        await using NpgsqlCommand command = new(
            """
            WITH RECURSIVE line AS (
                SELECT parent_id, terms, 1 AS depth FROM tenancy.plan WHERE id = $1
                UNION ALL SELECT above.parent_id, above.terms, depth + 1 FROM line JOIN tenancy.plan above ON above.id = line.parent_id WHERE depth < $2
            )
            SELECT terms FROM line ORDER BY depth
            """)
        {
            Parameters = { new() { Value = id.Value }, new() { Value = MaxDepth } },
        };
        PlanTerms terms = PlanTerms.Nothing;
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            terms = terms.Over(FromJson(reader.GetString(0)));
        return terms;
    }

    /// <summary>What a customer gets: pinned, then by its plan and what that inherits, then by default.</summary>
    public static async Task<PlanTerms> TermsOfAsync(IDocumentSession session, CustomerId customer, CancellationToken cancellationToken) =>
        (await TermsOfAsync(session, [customer], cancellationToken)).GetValueOrDefault(customer, PlanTerms.Defaults);

    /// <summary>The same for many in one statement; those that are not there are absent.</summary>
    public static async Task<IReadOnlyDictionary<CustomerId, PlanTerms>> TermsOfAsync(
        IDocumentSession session, IReadOnlyCollection<CustomerId> customers, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            WITH RECURSIVE line AS (
                SELECT id AS customer, plan_id AS next, COALESCE(pinned_terms, '{}') AS terms, 0 AS depth FROM tenancy.customer WHERE id = ANY ($1)
                UNION ALL SELECT customer, p.parent_id, p.terms, depth + 1 FROM line JOIN tenancy.plan p ON p.id = line.next WHERE depth < $2
            )
            SELECT customer, terms FROM line ORDER BY depth
            """)
        {
            Parameters = { new() { Value = customers.Select(customer => customer.Value).ToArray() }, new() { Value = MaxDepth } },
        };
        Dictionary<CustomerId, PlanTerms> terms = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var customer = CustomerId.Parse(reader.GetString(0));
            terms[customer] = terms.GetValueOrDefault(customer, PlanTerms.Nothing).Over(FromJson(reader.GetString(1)));
        }

        return terms.ToDictionary(entry => entry.Key, entry => entry.Value.Over(PlanTerms.Defaults));
    }

    public static void Insert(IDocumentSession session, PlanRow plan) => session.QueueSqlCommand(
        "INSERT INTO tenancy.plan (id, node_id, path, parent_id, name, terms, created_at) VALUES (?, ?, ?, nullif(?, ''), ?, ?::jsonb, ?)",
        plan.Id.Value, plan.Node.Value, plan.Path.Value, plan.Parent?.Value ?? "", plan.Name, ToJson(plan.Terms), plan.CreatedAt);

    /// <summary>At once, not at the save: the limits of customers follow in the same transaction.</summary>
    public static async Task UpdateAsync(IDocumentSession session, PlanId id, PlanTerms terms, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("UPDATE tenancy.plan SET terms = $2::jsonb WHERE id = $1")
        {
            Parameters = { new() { Value = id.Value }, new() { Value = ToJson(terms) } },
        };
        await session.ExecuteAsync(command, cancellationToken);
    }

    public static async Task<bool> IsNameTakenAsync(IDocumentSession session, ResellerId node, string name, CancellationToken cancellationToken)
    {
        await AdvisoryLock.TakeAsync(session, $"plan:{node}/{name}", cancellationToken);
        await using NpgsqlCommand command = new("SELECT 1 FROM tenancy.plan WHERE node_id = $1 AND name = $2 AND listed")
        {
            Parameters = { new() { Value = node.Value }, new() { Value = name } },
        };
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    /// <summary>Customers on a plan or on one that inherits from it.</summary>
    public static async Task<IReadOnlyList<PlannedCustomer>> CustomersOfAsync(IDocumentSession session, PlanId plan, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(
            """
            WITH RECURSIVE heirs AS (
                SELECT id, 1 AS depth FROM tenancy.plan WHERE id = $1
                UNION ALL SELECT below.id, depth + 1 FROM heirs JOIN tenancy.plan below ON below.parent_id = heirs.id WHERE depth < $2
            )
            SELECT c.path, c.plan_id, COALESCE(c.pinned_terms, '{}') FROM tenancy.customer c WHERE c.plan_id IN (SELECT id FROM heirs) AND c.listed ORDER BY c.path
            """)
        {
            Parameters = { new() { Value = plan.Value }, new() { Value = MaxDepth } },
        };
        List<PlannedCustomer> customers = [];
        await using var reader = await session.ExecuteReaderAsync(command, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            customers.Add(new PlannedCustomer(new SubtreePath(reader.GetString(0)), PlanId.Parse(reader.GetString(1)), FromJson(reader.GetString(2))));
        return customers;
    }
}

/// <summary>A customer and where its terms come from.</summary>
internal sealed record PlannedCustomer(SubtreePath Path, PlanId? Plan, PlanTerms Pinned);
