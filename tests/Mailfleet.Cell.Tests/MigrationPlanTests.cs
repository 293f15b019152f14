using Mailfleet.Cell.Migrations;

namespace Mailfleet.Cell.Tests;

public sealed class MigrationPlanTests
{
    private static readonly Migration One = new("0001_one.sql", "SELECT 1");
    private static readonly Migration Two = new("0002_two.sql", "SELECT 2");
    private static readonly Migration Three = new("0003_three.sql", "SELECT 3");

    [Fact]
    public void RunsInNameOrder()
    {
        Assert.Equal(One, MigrationPlan.Next([One, Two], [], 1));
        Assert.Equal(Two, MigrationPlan.Next([One, Two], [Past(One)], 1));
        Assert.Null(MigrationPlan.Next([One, Two], [Past(One), Past(Two)], 1));
    }

    [Fact]
    public void EditedMigrationIsAnErrorThatNamesIt()
    {
        RecordedMigration edited = Past(One with { Sql = "SELECT 10" });
        CellSchemaException error = Assert.Throws<CellSchemaException>(() => MigrationPlan.Next([One, Two], [edited], 1));
        Assert.Contains("0001_one.sql", error.Message, StringComparison.Ordinal);
        Assert.Contains("never edited", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunsOnTheSchemaOfTheNextReleaseButNotBeyond()
    {
        Assert.Null(MigrationPlan.Next([One], [Past(One), Past(Two, release: 2)], 1));

        CellSchemaException error = Assert.Throws<CellSchemaException>(() => MigrationPlan.Next([One], [Past(One), Past(Two, release: 3)], 1));
        Assert.Contains("newer than this program", error.Message, StringComparison.Ordinal);
        Assert.Contains("0002_two.sql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MigrationOfItsOwnReleaseThatItDoesNotKnowIsRefused() =>
        Assert.Throws<CellSchemaException>(() => MigrationPlan.Next([One], [Past(One), Past(Two)], 1));

    [Fact]
    public void NeverFillsAGap() =>
        Assert.Throws<CellSchemaException>(() => MigrationPlan.Next([One, Two, Three], [Past(One), Past(Three)], 1));

    private static RecordedMigration Past(Migration migration, int release = 1) => new(migration.Name, migration.Digest, release);
}
