using Npgsql;

namespace Mailfleet.Tenancy.Storage;

/// <summary>The control database's pool; a type of its own, because a host may hold pools of other databases.</summary>
internal sealed record ControlConnection(NpgsqlDataSource Database) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
