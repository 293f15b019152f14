using System.Globalization;
using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;
using Mailfleet.Hosting;

namespace Mailfleet.Bench.Prepare;

/// <summary>
/// Makes mailboxes <c>u{i}@d{i mod D}.test</c>, i = 1 … M, with the alias <c>{i}u@d{i mod D}.test</c> (what smtp-source -N numbers), through the cell door. Ids are made of the names and every version is 1, so a second run
/// writes nothing but what is missing; another number of domains adds other mailboxes beside those that are there.
/// </summary>
internal sealed class BenchMailboxes(CellDoor door, int domains)
{
    public const string Password = "bench";

    private const string Customer = "cus_bench";
    private const long QuotaBytes = 10L << 30;
    private const int PageSize = 2000;

    // What a second run does not change is skipped by its version, whatever this run's salt is.
    private readonly string _hash = PasswordHash.Create(Password);

    /// <summary>Reports how many mailboxes the cell has so far.</summary>
    /// <exception cref="StartException">The cell refused a row: the name belongs to somebody else.</exception>
    public async Task EnsureAsync(int mailboxes, Action<int> progress, CancellationToken cancellationToken)
    {
        await ApplyAsync(new DesiredBatch([new DesiredCustomer(Customer, 1, CustomerState.Active)], [], []), cancellationToken);
        foreach (int[] page in Enumerable.Range(0, domains).Chunk(PageSize))
            await ApplyAsync(new DesiredBatch([], [.. page.Select(Domain)], []), cancellationToken);

        int done = 0;
        foreach (int[] page in Enumerable.Range(1, mailboxes).Chunk(PageSize))
        {
            await ApplyAsync(new DesiredBatch([], [], [.. page.Select(Mailbox)]) { Aliases = [.. page.Select(Alias)] }, cancellationToken);
            Accepted(await door.SetPasswordsAsync([.. page.Select(i => new SetPasswordCommand(MailboxId(i), 1, _hash))], cancellationToken));
            progress(done += page.Length);
        }
    }

    private async Task ApplyAsync(DesiredBatch batch, CancellationToken cancellationToken) =>
        Accepted(await door.UpsertAsync(batch, cancellationToken));

    private static void Accepted(IReadOnlyList<AppliedRow> answers)
    {
        if (answers.FirstOrDefault(x => x.Refusal is not null) is { } refused)
            throw new StartException($"The cell refused {refused.Id}: {refused.Refusal}");
    }

    private DesiredDomain Domain(int number) => new(DomainId(number), 1, Customer, Text($"d{number}.test"), DomainState.Active);

    private DesiredMailbox Mailbox(int number) =>
        new(MailboxId(number), 1, DomainId(number % domains), Text($"u{number}"), QuotaBytes, MailboxState.Active) { SendsFreely = true };

    private DesiredAlias Alias(int number) => new(
        Text($"als_bench_{number}_{number % domains}"), 1, DomainId(number % domains), Text($"{number}u"), [Text($"u{number}@d{number % domains}.test")], AliasState.Active);

    private static string DomainId(int number) => Text($"dom_bench_{number}");

    private string MailboxId(int number) => Text($"mbx_bench_{number}_{number % domains}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
