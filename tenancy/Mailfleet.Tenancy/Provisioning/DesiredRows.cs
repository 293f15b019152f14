using System.Text.Json;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>What a provisioning row is about. Numbers are stored, never change meaning, and order parents before children.</summary>
internal enum ObjectKind : short
{
    Customer = 1,
    Domain = 2,
    Mailbox = 3,
    Alias = 4,
}

/// <summary>The stored form of desired rows: states as their numbers, which the cell promises never to change.</summary>
internal static class DesiredRows
{
    public const string StateProperty = "state";
    public const string TargetsProperty = "targets";

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
