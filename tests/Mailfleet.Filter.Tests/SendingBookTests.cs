using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Filter.Sending;
using Mailfleet.Filter.Storage;
using Mailfleet.Testing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Mailfleet.Filter.Tests;

public sealed class SendingBookTests : IAsyncLifetime
{
    private static readonly SendingAllowance Allowance = new() { MessagesPerHour = 5, MessagesPerDay = 8, RecipientsPerHour = 20, RecipientsPerDay = 30 };

    private readonly PostgresFixture _postgres = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private NpgsqlDataSource _cell = null!;
    private MailboxKey _anna;
    private MailboxKey _machine;
    private SendingBook _here = null!;
    private SendingBook _there = null!;

    public async ValueTask InitializeAsync()
    {
        _cell = NpgsqlDataSource.Create(await _postgres.CreateDatabaseAsync());
        await CellDatabase.MigrateAsync(_cell, CancellationToken.None);
        await new CellDoor(_cell).UpsertAsync(
            new DesiredBatch(
                [new DesiredCustomer("cus_a", 1, CustomerState.Active)],
                [new DesiredDomain("dom_a", 1, "cus_a", "a.test", DomainState.Active)],
                [
                    new DesiredMailbox("mbx_a", 1, "dom_a", "anna", 1, MailboxState.Active),
                    new DesiredMailbox("mbx_m", 1, "dom_a", "machine", 1, MailboxState.Active) { SendsFreely = true },
                ]),
            CancellationToken.None);
        _anna = await KeyAsync("anna");
        _machine = await KeyAsync("machine");
        (_here, _there) = (Node(), Node());

        SendingBook Node() => new(new SentRows(_cell), Allowance, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _cell.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task MessagesOfAnHourAreCountedWrittenOrNot()
    {
        for (int i = 0; i < 3; i++)
            Assert.True(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        Assert.True(await SendAsync(_here, 1));
        Assert.True(await SendAsync(_here, 1));
        Assert.False(await SendAsync(_here, 1));
        Assert.False(await _here.MayTakeAsync(_anna, 1, CancellationToken.None));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await SendAsync(_here, 1));
    }

    [Fact]
    public async Task RecipientsAreCountedWithTheMessageThatBringsThem()
    {
        Assert.True(await SendAsync(_here, 15));
        Assert.True(await _here.MayTakeAsync(_anna, 5, CancellationToken.None));
        Assert.False(await _here.MayTakeAsync(_anna, 6, CancellationToken.None));
        Assert.False(await SendAsync(_here, 6));
        Assert.True(await SendAsync(_here, 5));
    }

    [Fact]
    public async Task DayIsTheLastTwentyFourHours()
    {
        for (int i = 0; i < 5; i++)
            Assert.True(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromHours(2));
        for (int i = 0; i < 3; i++)
            Assert.True(await SendAsync(_here, 1));
        Assert.False(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromHours(22));
        Assert.True(await SendAsync(_here, 1));
    }

    [Fact]
    public async Task OneNodeSeesWhatTheOtherTook()
    {
        for (int i = 0; i < 4; i++)
            Assert.True(await SendAsync(_there, 1));
        Assert.True(await SendAsync(_here, 1));
        await _there.FlushAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await SendAsync(_here, 1));
    }

    [Fact]
    public async Task WhatWasNotTakenIsGivenBackAlsoAfterItWasWritten()
    {
        for (int i = 0; i < 4; i++)
            Assert.True(await SendAsync(_here, 1));
        SendingTurn? slow = await _here.TakeAsync(_anna, 10, CancellationToken.None);
        Assert.NotNull(slow);
        Assert.False(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        slow.Dispose();
        slow.Dispose();
        Assert.True(await SendAsync(_here, 1));
        Assert.False(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        Assert.Equal((5, 5), await SumAsync());
    }

    [Fact]
    public async Task ManyAtOnceDoNotGoBeyond()
    {
        SendingTurn?[] turns = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _here.TakeAsync(_anna, 1, CancellationToken.None).AsTask()));
        Assert.Equal(5, turns.Count(turn => turn is not null));
    }

    [Fact]
    public async Task WhoSendsFreelyIsNotHeld()
    {
        for (int i = 0; i < 50; i++)
            Assert.NotNull(await _here.TakeAsync(_machine, 1_000, CancellationToken.None));
    }

    [Fact]
    public async Task AccountsThatAreSilentLeaveMemory()
    {
        Assert.True(await SendAsync(_here, 1));
        await _here.FlushAsync(CancellationToken.None);
        Assert.Equal(1, _here.Count);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await _here.FlushAsync(CancellationToken.None);
        Assert.Equal(0, _here.Count);
    }

    [Fact]
    public async Task FailedWriteLosesNothing()
    {
        Assert.True(await SendAsync(_here, 3));
        await ExecuteAsync("ALTER TABLE filter.sent RENAME TO away");
        await Assert.ThrowsAsync<PostgresException>(() => _here.FlushAsync(CancellationToken.None));
        await ExecuteAsync("ALTER TABLE filter.away RENAME TO sent");
        await _here.FlushAsync(CancellationToken.None);
        Assert.Equal((1, 3), await SumAsync());
    }

    private async Task<bool> SendAsync(SendingBook book, int recipients)
    {
        using SendingTurn? turn = await book.TakeAsync(_anna, recipients, CancellationToken.None);
        turn?.Keep();
        return turn is not null;
    }

    private async Task<MailboxKey> KeyAsync(string localPart)
    {
        await using NpgsqlCommand command = _cell.CreateCommand("SELECT id FROM directory.mailbox WHERE local_part = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = localPart });
        return new MailboxKey((long)(await command.ExecuteScalarAsync())!);
    }

    private async Task<(long Messages, long Recipients)> SumAsync()
    {
        await using NpgsqlCommand command = _cell.CreateCommand("SELECT sum(messages), sum(recipients) FROM filter.sent");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _cell.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
