using System.Reflection;
using JasperFx;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Resellers;
using Marten;
using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Brings the control database to this release: our own tables by forward-only scripts, Marten's by Marten, then the root of the tree.</summary>
public sealed class ControlDatabase(NpgsqlDataSource database, IDocumentStore store, TenantSessions sessions, TenancyOptions options, TimeProvider clock)
{
    private const long StartLock = 0x4d46_5445_4e41_4e43; // one host at a time; any constant that nothing else uses
    private const string RootName = "Operator";
    private static readonly string ScriptPrefix = $"{typeof(ControlDatabase).Namespace}.Migrations.";

    /// <summary>Safe from several hosts at once and on every start.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({StartLock})", cancellationToken);
        try
        {
            await RunScriptsAsync(connection, cancellationToken);
            await ApplyMartenSchemaAsync(connection, cancellationToken);
            await PlantRootAsync(cancellationToken);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({StartLock})", CancellationToken.None);
        }
    }

    private static async Task RunScriptsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            """
            CREATE SCHEMA IF NOT EXISTS tenancy;
            CREATE TABLE IF NOT EXISTS tenancy.migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE IF NOT EXISTS tenancy.marten_schema (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), fingerprint text NOT NULL)
            """,
            cancellationToken);

        HashSet<string> applied = [];
        await using (NpgsqlCommand read = new("SELECT name FROM tenancy.migration", connection))
        await using (NpgsqlDataReader reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                applied.Add(reader.GetString(0));
        }

        Assembly assembly = typeof(ControlDatabase).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(IsScript).Order(StringComparer.Ordinal))
        {
            string name = resource[ScriptPrefix.Length..];
            if (applied.Contains(name))
                continue;

            using var script = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, await script.ReadToEndAsync(cancellationToken), cancellationToken);
            await using NpgsqlCommand record = new("INSERT INTO tenancy.migration (name) VALUES ($1)", connection) { Parameters = { new() { Value = name } } };
            await record.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static bool IsScript(string resource) => resource.StartsWith(ScriptPrefix, StringComparison.Ordinal);

    // Comparing Marten's model with the catalogue takes most of a start; the fingerprint of what was applied last saves it.
    private async Task ApplyMartenSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string fingerprint = MartenConfiguration.Fingerprint(store);
        await using (NpgsqlCommand read = new("SELECT fingerprint FROM tenancy.marten_schema", connection))
        {
            if (fingerprint.Equals(await read.ExecuteScalarAsync(cancellationToken)))
                return;
        }

        if (!options.CreateSchema)
        {
            await store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(cancellationToken);
            return;
        }

        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        await using NpgsqlCommand write = new(
            "INSERT INTO tenancy.marten_schema (fingerprint) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint",
            connection)
        {
            Parameters = { new() { Value = fingerprint } },
        };
        await write.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task PlantRootAsync(CancellationToken cancellationToken)
    {
        await using IDocumentSession session = await sessions.OpenTreeAsync(Actor.Operator("start"), cancellationToken);
        if (await session.FoldStreamAsync<Reseller>(ResellerId.Root.Value, cancellationToken) is not null)
            return;

        session.Events.StartStream(
            ResellerId.Root.Value, new ResellerCreated(ResellerId.Root, Parent: null, RootName, SubtreePath.Root, clock.GetUtcNow()));
        await session.SaveChangesAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
