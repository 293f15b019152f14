using System.Text.Json;
using System.Text.Json.Serialization;
using Mailfleet.Tenancy.Auditing;
using Mailfleet.Tenancy.Contracts;
using Marten;

namespace Mailfleet.Tenancy.Storage;

/// <summary>Writes the audit, in the transaction of the change: there is no change without its entry and no entry without its change.</summary>
internal static class AuditTrail
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new SubtreePathConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Record(IDocumentSession session, Actor actor, AuditChange change, DateTimeOffset at) => session.QueueSqlCommand(
        """
        INSERT INTO tenancy.audit (id, at, path, actor, actor_id, role, on_behalf_of, action, object_id, before, after, source)
        VALUES (?, ?, ?, ?, nullif(?, ''), ?, nullif(?, ''), ?, ?, nullif(?, '')::jsonb, nullif(?, '')::jsonb, nullif(?, ''))
        """,
        AuditId.New(at).Value, at, change.Path.Value, actor.Login, actor.Id ?? "", actor.Role.ToString(), actor.OnBehalfOf ?? "",
        change.Action.ToString(), change.ObjectId, ToText(change.Before), ToText(change.After), actor.Source ?? "");

    private static string ToText(object? state) => state is null ? "" : JsonSerializer.Serialize(state, state.GetType(), Json);
}
