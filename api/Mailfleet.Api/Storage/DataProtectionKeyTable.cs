using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Mailfleet.Api.Storage;

/// <summary>The data-protection key ring as rows of the control database. Rows are only added: old keys still open what they sealed.</summary>
internal sealed class DataProtectionKeyTable(ApiOptions options) : IXmlRepository, IHostedService, IAsyncDisposable
{
    private readonly NpgsqlDataSource _control = NpgsqlDataSource.Create(options.ControlDatabase);

    // Several hosts may start at once, and IF NOT EXISTS alone does not survive that race.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _control.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand command = new("""
            SELECT pg_advisory_xact_lock(hashtext('api.data_protection_key'));
            CREATE SCHEMA IF NOT EXISTS api;
            CREATE TABLE IF NOT EXISTS api.data_protection_key (
                id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                name       text        NOT NULL UNIQUE,
                xml        text        NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now())
            """, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using NpgsqlCommand command = _control.CreateCommand("SELECT xml FROM api.data_protection_key ORDER BY id");
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<XElement> elements = [];
        while (reader.Read())
            elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using NpgsqlCommand command = _control.CreateCommand("INSERT INTO api.data_protection_key (name, xml) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = friendlyName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }

    public ValueTask DisposeAsync() => _control.DisposeAsync();
}
