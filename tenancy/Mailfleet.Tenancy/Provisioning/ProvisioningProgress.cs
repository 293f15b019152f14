using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>Waits for cells to have what was asked for.</summary>
public sealed class ProvisioningProgress
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50); // a pump needs about this long

    private readonly ProvisioningTable _table;

    internal ProvisioningProgress(ProvisioningTable table) => _table = table;

    /// <summary>Returns when the cell has the newest version of every object; ends only so or by the token.</summary>
    public async Task WaitUntilAppliedAsync(IReadOnlyCollection<string> objectIds, CancellationToken cancellationToken)
    {
        string[] distinct = [.. objectIds.Distinct()];
        using var timer = new PeriodicTimer(Poll);
        while (await _table.CountAppliedAsync(distinct, cancellationToken) < distinct.Length)
            await timer.WaitForNextTickAsync(cancellationToken);
    }
}
