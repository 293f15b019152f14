using Mailfleet.Cell.Door;
using Npgsql;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>The cells this control plane knows, by name.</summary>
public sealed class CellLinks(IReadOnlyDictionary<string, ICellLink> byName, IReadOnlyList<NpgsqlDataSource> pools) : IAsyncDisposable
{
    public IReadOnlyDictionary<string, ICellLink> ByName { get; } = byName;

    /// <param name="doors">Connection strings by cell name, as the role of the door.</param>
    public static CellLinks Connect(IReadOnlyDictionary<string, string> doors)
    {
        Dictionary<string, NpgsqlDataSource> pools = doors.ToDictionary(cell => cell.Key, cell => NpgsqlDataSource.Create(cell.Value));
        return new CellLinks(pools.ToDictionary(cell => cell.Key, ICellLink (cell) => new CellLink(new CellDoor(cell.Value))), [.. pools.Values]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlDataSource pool in pools)
            await pool.DisposeAsync();
    }
}
