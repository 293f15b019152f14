using System.Text.Json;
using JasperFx.Events;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Events;
using Marten;
using Marten.Events.Projections;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Tells the feed of changes, in their transaction. After <see cref="ListProjection"/>, which knows where the object stands.</summary>
internal sealed class FeedProjection(TimeProvider clock) : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (IEvent change in events)
        {
            if (PublicEvent.Of(change.Data) is { } told)
                operations.QueueSqlCommand(
                    $"INSERT INTO tenancy.event (id, path, type, object_id, data, at) SELECT ?, path, ?, ?, ?::jsonb, ? FROM tenancy.{told.Table} WHERE id = ?",
                    EventId.New(clock.GetUtcNow()).Value, told.Type, told.ObjectId, JsonSerializer.Serialize(told.Data, JsonSerializerOptions.Web),
                    clock.GetUtcNow(), told.ObjectId);
        }

        return Task.CompletedTask;
    }
}
