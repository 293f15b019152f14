using System.Text.RegularExpressions;

namespace Mailfleet.Conventions.Tests.Rules;

/// <summary>SQL stands in Store, Queue, Directory, Cell and each feature area's Storage folder; whoever changes a table knows where to look.</summary>
public sealed partial class SqlPlaces
{
    private static readonly string[] Homes =
    [
        "mail-node/Mailfleet.Store/", "mail-node/Mailfleet.Queue/", "mail-node/Mailfleet.Directory/", "mail-node/Mailfleet.Cell/",
        "infra/Mailfleet.EmbeddedPostgres/", // makes roles and databases, the server's own affair
    ];

    [Fact]
    public void AreTheOnlyOnes() => Expect.None(Violations(Repository.Files));

    [Theory]
    [InlineData("api/Mailfleet.Api/GraphQL/Query.cs", "string sql = \"SELECT id, name FROM customer\";")]
    [InlineData("api/Mailfleet.Api/Portal/Page.razor", "@code { const string Sql = \"INSERT INTO lead VALUES (1)\"; }")]
    [InlineData("tenancy/Mailfleet.Tenancy/Domains/AddDomain.cs", "\"update mt_doc_domain set data = $1\"")]
    [InlineData("mail-node/Mailfleet.Node/Adapter.cs", "\"DELETE FROM mail.message\"")]
    [InlineData("mail-node/Mailfleet.Pop3/Session.cs", "await using NpgsqlCommand command = source.CreateCommand(text);")]
    [InlineData("infra/Mailfleet.Standalone/Start.cs", "\"\"\"\n    SELECT 1\n    FROM directory.mailbox\n    \"\"\"")]
    public void SeesItElsewhere(string path, string text) => Assert.Single(Violations([new SourceFile(path, text)]));

    [Theory]
    [InlineData("tenancy/Mailfleet.Tenancy/Storage/Rows.cs", "\"SELECT id FROM customer\"")]
    [InlineData("mail-node/Mailfleet.Store/Rows.cs", "\"SELECT id FROM mail.message\"")]
    [InlineData("mail-node/Mailfleet.Pop3/Session.cs", "// RFC 1939: the client may select messages from the list, then DELE")]
    [InlineData("mail-node/Mailfleet.Pop3/Session.cs", "Log(\"update of the maildrop\"); Log(\"set\");")]
    public void LetsTheRestBe(string path, string text) => Assert.Empty(Violations([new SourceFile(path, text)]));

    private static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where (file.IsCode || file.Path.EndsWith(".razor", StringComparison.Ordinal)) && !file.IsTest
        where !Homes.Any(home => file.Path.StartsWith(home, StringComparison.Ordinal)) && !file.Path.Contains("/Storage/", StringComparison.Ordinal)
        let match = Sql().Match(file.Text)
        where match.Success
        select $"{file.Path}: {match.Value}";

    // A statement inside a string literal, or the driver's own command types.
    [GeneratedRegex(
        """"(("{1,3})\s*(WITH\s+\w+\s+AS\s*\(|SELECT\s[^"]+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+[\w.]+\s+SET\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+(TABLE|SCHEMA|INDEX|ROLE|DATABASE)\s))|\bNpgsql(Command|Batch|BatchCommand)\b"""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Sql();
}
