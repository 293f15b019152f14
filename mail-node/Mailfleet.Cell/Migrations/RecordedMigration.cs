namespace Mailfleet.Cell.Migrations;

/// <summary>A migration that a database has had.</summary>
/// <param name="Release">The release that ran it (<see cref="CellDatabase.Release"/> of that program).</param>
internal sealed record RecordedMigration(string Name, string Digest, int Release);
