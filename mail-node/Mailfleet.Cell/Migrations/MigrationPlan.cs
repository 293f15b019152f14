namespace Mailfleet.Cell.Migrations;

/// <summary>Decides what a database needs next. Pure.</summary>
internal static class MigrationPlan
{
    /// <summary>The next migration to run, or null when there is nothing to do.</summary>
    public static Migration? Next(IReadOnlyList<Migration> known, IReadOnlyList<RecordedMigration> recorded, int release)
    {
        Dictionary<string, Migration> byName = known.ToDictionary(migration => migration.Name);
        bool upgradedAlready = false;
        foreach (RecordedMigration past in recorded)
        {
            if (!byName.TryGetValue(past.Name, out Migration? mine))
            {
                if (past.Release != release + 1)
                    throw new CellSchemaException(
                        $"This cell database is newer than this program: it holds migration {past.Name} of schema release {past.Release}, and this program is schema release {release}. Start a newer program.");
                upgradedAlready = true;
            }
            else if (mine.Digest != past.Digest)
                throw new CellSchemaException(
                    $"Migration {past.Name} is not the one this cell database was made with (SHA-256 {past.Digest} then, {mine.Digest} now). A released migration is never edited; add a new one.");
        }

        HashSet<string> done = [.. recorded.Select(past => past.Name)];
        Migration? next = known.FirstOrDefault(migration => !done.Contains(migration.Name));
        if (next is null)
            return null;

        RecordedMigration? later = recorded.FirstOrDefault(past => string.CompareOrdinal(past.Name, next.Name) > 0);
        if (upgradedAlready || later is not null)
            throw new CellSchemaException(
                $"Migration {next.Name} is missing in this cell database, though later ones have run ({later?.Name}). Migrations run in name order only.");
        return next;
    }
}
