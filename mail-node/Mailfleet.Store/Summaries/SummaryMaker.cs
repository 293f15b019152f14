using Mailfleet.Message.Summaries;
using Mailfleet.Store.Reading;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Store.Summaries;

/// <summary>
/// Makes summaries when somebody first needs them and keeps them: mail that nobody lists costs nothing, a delivery never waits for it, and every mailbox that got
/// the same copy has it from then on. As many at a time as there are processors, so that opening a large folder leaves room for others.
/// </summary>
internal sealed partial class SummaryMaker(NpgsqlDataSource cell, Func<BlobPlace, CancellationToken, Task<MessageReader?>> open, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _processors = new(Environment.ProcessorCount);

    /// <summary>By blob; those that are gone or damaged are missing.</summary>
    public async Task<IReadOnlyDictionary<long, MessageSummary>> MakeAsync(IEnumerable<BlobPlace> places, CancellationToken cancellationToken)
    {
        BlobPlace[] wanted = [.. places.DistinctBy(place => place.BlobId)];
        MessageSummary?[] made = await Task.WhenAll(wanted.Select(place => TryMakeAsync(place, cancellationToken)));
        Dictionary<long, MessageSummary> summaries = [];
        for (int index = 0; index < wanted.Length; index++)
        {
            if (made[index] is { } summary)
                summaries.Add(wanted[index].BlobId, summary);
        }

        if (summaries.Count > 0)
        {
            await SummaryRows.InsertAsync(
                cell, [.. summaries.Select(pair => (pair.Key, SummaryFormat.FormatEnvelope(pair.Value), SummaryFormat.FormatStructure(pair.Value)))], cancellationToken);
        }

        return summaries;
    }

    public void Dispose() => _processors.Dispose();

    private async Task<MessageSummary?> TryMakeAsync(BlobPlace place, CancellationToken cancellationToken)
    {
        await _processors.WaitAsync(cancellationToken);
        try
        {
            await using MessageReader? reader = await open(place, cancellationToken);
            if (reader is null)
                return null;
            await using CopyStream stream = new(reader);
            return await Task.Run(() => SummaryReader.Read(stream, place.SizeBytes, SummaryLimits.Default), cancellationToken);
        }
        catch (IOException problem)
        {
            // Told as critical where it was read; the message is listed without what cannot be known.
            LogNotMade(problem, place.BlobId);
            return null;
        }
        finally
        {
            _processors.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} could not be read, so it is listed without its envelope.")]
    private partial void LogNotMade(Exception problem, long message);
}
