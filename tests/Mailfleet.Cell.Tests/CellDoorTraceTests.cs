using Mailfleet.Cell.Door;
using Npgsql;

namespace Mailfleet.Cell.Tests;

public sealed class CellDoorTraceTests(CellFixture cell) : IClassFixture<CellFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task TellsEachOutcomeOfACustomersMailTheNewestFirst()
    {
        await cell.AddDomainAsync("told");
        await AddAsync("cus_told", 0, message: 0x1f, TraceResult.Deferred, "x@remote.test", reply: "451 4.3.0 Later", host: "mx.remote.test[192.0.2.1]:25");
        await AddAsync("cus_told", 5, message: 0x1f, TraceResult.Delivered, "x@remote.test", reply: "250 2.0.0 Ok", host: "mx.remote.test[192.0.2.1]:25", tls: "TLSv1.3", attempts: 2);
        Assert.Equal(
            [
                new TraceEntry(Start.AddMinutes(5), "000000000000001f", "anna@told.test", "x@remote.test", TraceResult.Delivered, 2, "250 2.0.0 Ok", "mx.remote.test[192.0.2.1]:25", "TLSv1.3"),
                new TraceEntry(Start, "000000000000001f", "anna@told.test", "x@remote.test", TraceResult.Deferred, 1, "451 4.3.0 Later", "mx.remote.test[192.0.2.1]:25", null),
            ],
            await ReadAsync(new TraceQuery("cus_told", 10)));
    }

    [Fact]
    public async Task ShowsNothingOfAnotherCustomerHoweverItIsAsked()
    {
        await cell.AddDomainAsync("mine");
        await cell.AddDomainAsync("theirs");
        await AddAsync("cus_theirs", 0, message: 77, TraceResult.Delivered, "x@remote.test");
        TraceQuery query = new("cus_mine", 10);
        Assert.Empty(await ReadAsync(query));
        Assert.Empty(await ReadAsync(query with { Message = "000000000000004d" }));
        Assert.Empty(await ReadAsync(query with { Recipient = "x@remote.test" }));
        Assert.Empty(await ReadAsync(query with { After = new TracePlace(Start.AddDays(1), "7fffffffffffffff", "z") }));
        Assert.Empty(await ReadAsync(new TraceQuery("cus_nobody", 10)));
        Assert.Single(await ReadAsync(new TraceQuery("cus_theirs", 10)));
    }

    [Fact]
    public async Task EveryConditionNarrowsIt()
    {
        await cell.AddDomainAsync("narrow");
        await AddAsync("cus_narrow", 0, message: 1, TraceResult.Delivered, "A@remote.test");
        await AddAsync("cus_narrow", 1, message: 2, TraceResult.Failed, "b@remote.test");
        await AddAsync("cus_narrow", 2, message: 3, TraceResult.Delivered, "c@remote.test");
        TraceQuery all = new("cus_narrow", 10);
        Assert.Equal(["A@remote.test"], await RecipientsAsync(all with { Recipient = "a@REMOTE.test" }));
        Assert.Equal(["b@remote.test"], await RecipientsAsync(all with { Result = TraceResult.Failed }));
        Assert.Equal(["b@remote.test"], await RecipientsAsync(all with { Message = "0000000000000002" }));
        Assert.Equal(["c@remote.test", "b@remote.test"], await RecipientsAsync(all with { Since = Start.AddMinutes(1) }));
        Assert.Equal(["A@remote.test"], await RecipientsAsync(all with { Until = Start.AddMinutes(1) }));
        Assert.Equal(3, (await RecipientsAsync(all with { Sender = "ANNA@narrow.test" })).Count);
        Assert.Empty(await RecipientsAsync(all with { Sender = "ben@narrow.test" }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ReadAsync(all with { Message = "' OR 1=1" }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ReadAsync(all with { Limit = 1_001 }));
    }

    // One batch of outcomes has one time: pages must part it without losing or repeating any.
    [Fact]
    public async Task PagesHoldEachEntryOnce()
    {
        await cell.AddDomainAsync("paged");
        for (int i = 0; i < 25; i++)
            await AddAsync("cus_paged", i / 10, message: i / 3, TraceResult.Delivered, $"r{i}@remote.test");
        List<string> seen = [];
        TraceQuery query = new("cus_paged", 4);
        for (IReadOnlyList<TraceEntry> page = await ReadAsync(query); page.Count > 0; page = await ReadAsync(query with { After = page[^1].Place }))
            seen.AddRange(page.Select(entry => entry.Recipient));
        Assert.Equal(25, seen.Count);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"r{i}@remote.test").ToHashSet(), seen.ToHashSet());
    }

    private Task<IReadOnlyList<TraceEntry>> ReadAsync(TraceQuery query) => cell.Door.ReadTraceAsync(query, CancellationToken.None);

    private async Task<IReadOnlyList<string>> RecipientsAsync(TraceQuery query) => [.. (await ReadAsync(query)).Select(entry => entry.Recipient)];

    private async Task AddAsync(string customer, int minute, long message, TraceResult result, string to, string? reply = null, string? host = null, string? tls = null, int attempts = 1)
    {
        await using NpgsqlCommand command = cell.Owner.CreateCommand(
            """
            INSERT INTO queue.trace (at, message_id, customer_id, outcome, attempts, address, reverse_path, reply, host, tls)
            SELECT $1, $2, id, $3, $4, $5, 'anna@' || substr(public_id, 5) || '.test', $6, $7, $8 FROM directory.customer WHERE public_id = $9
            """);
        foreach (object? value in (object?[])[Start.AddMinutes(minute), message, (short)result, attempts, to])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        foreach (string? text in (string?[])[reply, host, tls, customer])
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
