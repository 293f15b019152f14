using System.Security.Cryptography;
using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Storage;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>
/// Brings one cell to its desired state. The table is the truth and the signal a hint, so a pump may stop, start or run twice at any point: the cell
/// ignores what it has already, and what was not recorded is sent again.
/// </summary>
internal sealed partial class ProvisioningPump(
    string cell, ICellLink link, ProvisioningTable table, SealedCommands commands, ProvisioningSignal signal, TimeProvider clock, ILogger logger)
{
    public const int BatchSize = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);        // for commits of other processes
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(30); // an absent cell is found again soon after it returns

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan backOff = TimeSpan.Zero;
        while (!cancellationToken.IsCancellationRequested)
        {
            Task committed = signal.Next;
            try
            {
                int count;
                do
                    count = await ApplyPageAsync(cancellationToken);
                while (count == BatchSize);

                if (backOff > TimeSpan.Zero)
                    LogBack(cell);
                backOff = TimeSpan.Zero;
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (backOff == TimeSpan.Zero)
                    LogAway(fault, cell);
                backOff = backOff == TimeSpan.Zero ? Poll : TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, MaxBackOff.Ticks));
            }

            Task pause = Task.Delay(backOff == TimeSpan.Zero ? Poll : backOff, clock, cancellationToken);
            await (backOff == TimeSpan.Zero ? Task.WhenAny(committed, pause) : pause);
        }
    }

    /// <summary>Applies one page and says how many objects it had.</summary>
    public async Task<int> ApplyPageAsync(CancellationToken cancellationToken)
    {
        DuePage page = await table.ReadDueAsync(cell, BatchSize, clock.GetUtcNow(), cancellationToken);
        if (page.Count == 0)
            return 0;

        IReadOnlyList<AppliedRow> rows = await link.UpsertAsync(page.Batch, cancellationToken);
        Dictionary<string, AppliedRow> outcome = rows.Where(row => page.Versions.ContainsKey(row.Id)).ToDictionary(row => row.Id, row => Refer(row, page));
        List<AppliedRow> passwords = [];
        if (page.Passwords.Count > 0)
            passwords = await SendPasswordsAsync(page, outcome, cancellationToken);

        // Cells promise to answer every row; one left out counts as not applied and is sent again.
        await table.RecordAsync(outcome.Values, passwords, clock.GetUtcNow(), cancellationToken);
        return page.Count;
    }

    // The answer to an accepted row names what the cell holds; a refusal is of what was sent.
    private static AppliedRow Refer(AppliedRow row, DuePage page) =>
        row.Refusal is null ? row : row with { Version = page.Versions[row.Id] };

    // A mailbox is applied when the cell has both its row and its password, so a refused password makes the whole of it refused.
    private async Task<List<AppliedRow>> SendPasswordsAsync(
        DuePage page, Dictionary<string, AppliedRow> outcome, CancellationToken cancellationToken)
    {
        List<SetPasswordCommand> sendable = [];
        foreach (WaitingPassword password in page.Passwords)
        {
            if (!outcome.TryGetValue(password.MailboxId, out AppliedRow? row) || row.Refusal is not null)
                continue;

            if (TryOpen(password, out string? hash))
                sendable.Add(new SetPasswordCommand(password.MailboxId, password.Version, hash));
            else
                outcome[password.MailboxId] = row with { Version = page.Versions[row.Id], Refusal = "The password cannot be opened: its sealing key is missing. Set it again." };
        }

        List<AppliedRow> applied = [];
        if (sendable.Count == 0)
            return applied;

        foreach (AppliedRow answer in await link.SetPasswordsAsync(sendable, cancellationToken))
        {
            if (answer.Refusal is null)
                applied.Add(answer);
            else if (outcome.TryGetValue(answer.Id, out AppliedRow? row))
                outcome[answer.Id] = row with { Version = page.Versions[row.Id], Refusal = answer.Refusal };
        }

        return applied;
    }

    private bool TryOpen(WaitingPassword password, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? hash)
    {
        try
        {
            hash = commands.OpenPassword(password.MailboxId, password.Sealed);
            return true;
        }
        catch (CryptographicException fault)
        {
            LogUnopenable(fault, password.MailboxId);
            hash = null;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cell {Cell} is away; its changes wait")]
    private partial void LogAway(Exception fault, string cell);

    [LoggerMessage(LogLevel.Information, "Cell {Cell} is back")]
    private partial void LogBack(string cell);

    [LoggerMessage(LogLevel.Error, "The waiting password of {Mailbox} cannot be opened")]
    private partial void LogUnopenable(Exception fault, string mailbox);
}
