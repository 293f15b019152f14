using System.Runtime.CompilerServices;

namespace Mailfleet.Bench.Rows;

/// <summary>Group <c>growth</c>: the same delivery to an empty cell of 100 mailboxes, to 100,000 mailboxes, and beside 1,000,000 stored messages. It is to stay within 15 %.</summary>
internal static class GrowthRows
{
    private const int Few = 100;
    private const int Many = 100_000;
    private const int Stored = 1_000_000;
    private const int Small = 10 * 1024;
    private const int RecipientsAtOnce = 1000;
    private const double Within = 0.85;

    private static readonly SmtpRow ToFew = new("10 KB to 100 mailboxes, nothing stored", 100, 30_000, Small, 1, Few, new Goal());

    public const long BytesNeeded = 4L << 30;

    public static async IAsyncEnumerable<RowResult> RunAsync(Rig rig, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await rig.Server.PrepareAsync(1, Few, cancellationToken);
        await SmtpRows.SendAsync(rig, ToFew with { Messages = 15_000 }, cancellationToken);
        RowResult empty = await SmtpRows.MeasureAsync(rig, "growth", ToFew, cancellationToken);
        yield return empty;

        Goal kept = new(AtLeast: Within * empty.Ours);
        int many = rig.Scaled(Many, least: 2 * RecipientsAtOnce);
        int stored = rig.Scaled(Stored, least: many);
        await rig.Server.PrepareAsync(1, many, cancellationToken);
        for (int sent = 0; sent < stored; sent += many)
            await SmtpRows.SendAsync(rig, ToFew with { Connections = 2, Messages = many / RecipientsAtOnce, SizeBytes = 1024, Mailboxes = many, Recipients = RecipientsAtOnce }, cancellationToken);

        yield return await SmtpRows.MeasureAsync(
            rig, "growth", ToFew with { Work = $"10 KB to {many:#,##0} mailboxes, {stored:#,##0} messages stored", Mailboxes = many, Goal = kept }, cancellationToken);
        yield return await SmtpRows.MeasureAsync(
            rig, "growth", ToFew with { Work = $"10 KB to 100 mailboxes, {stored:#,##0} messages stored", Goal = kept }, cancellationToken);
    }
}
