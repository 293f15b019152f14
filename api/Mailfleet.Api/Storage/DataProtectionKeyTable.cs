using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Mailfleet.Tenancy.Secrets;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Mailfleet.Api.Storage;

/// <summary>
/// The data-protection key ring as rows of the control database, each sealed whole with its place and name as associated data.
/// Rows are only added: old keys still open what they protected.
/// </summary>
internal sealed partial class DataProtectionKeyTable(ApiOptions options, SealingKeys keys, ILogger<DataProtectionKeyTable> log)
    : IXmlRepository, IHostedService, IAsyncDisposable
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
                name       text        PRIMARY KEY,
                sealed     bytea       NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now())
            """, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using NpgsqlCommand command = _control.CreateCommand("SELECT name, sealed FROM api.data_protection_key ORDER BY created_at, name");
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<XElement> elements = [];
        while (reader.Read())
        {
            string name = reader.GetString(0);
            try
            {
                elements.Add(XElement.Parse(Encoding.UTF8.GetString(keys.Open(reader.GetFieldValue<byte[]>(1), Place(name)))));
            }
            catch (CryptographicException fault) // one lost key must not stop the host: a new one is made, and only old forms are refused
            {
                Unreadable(name, fault);
            }
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        byte[] sealedBytes = keys.Seal(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)), Place(friendlyName));
        using NpgsqlCommand command = _control.CreateCommand("INSERT INTO api.data_protection_key (name, sealed) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = friendlyName });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = sealedBytes });
        command.ExecuteNonQuery();
    }

    public ValueTask DisposeAsync() => _control.DisposeAsync();

    private static byte[] Place(string name) => Encoding.UTF8.GetBytes($"api.data_protection_key/{name}");

    [LoggerMessage(Level = LogLevel.Error, Message = "Data-protection key {Name} does not open; forms and cookies made with it are refused")]
    private partial void Unreadable(string name, Exception fault);
}
