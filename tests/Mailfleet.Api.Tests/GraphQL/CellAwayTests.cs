using System.Text.Json.Nodes;
using Npgsql;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>A cell that is away takes with it only what it alone knows.</summary>
public sealed class CellAwayTests(CellAwayTests.Fixture api) : IClassFixture<CellAwayTests.Fixture>
{
    [Fact]
    public async Task ListsAndChangesWorkAndUsedBytesSaysWhy()
    {
        string domain = await api.CreateDomainAsync(await api.CreateCustomerAsync("Away"), "away.example");
        string mailbox = await api.CreateMailboxAsync(domain, "a");

        JsonObject data = await api.DataAsync("{ mailboxes { nodes { id address provisioning { state } } } }");
        JsonNode row = Assert.Single(data["mailboxes"]!["nodes"]!.AsArray())!;
        Assert.Equal($"{mailbox} a@away.example PENDING", $"{row["id"]} {row["address"]} {row["provisioning"]!["state"]}");

        JsonObject answer = await api.AnswerAsync("query($id: ID!) { node(id: $id) { ... on Mailbox { usedBytes } } viewer { login } }", new { id = mailbox });
        JsonNode error = Assert.Single(answer["errors"]!.AsArray())!;
        Assert.Equal("CELL_UNAVAILABLE", error["extensions"]!["code"]!.GetValue<string>());
        Assert.Equal("The cell cell1 does not answer. Ask for usedBytes later.", error["message"]!.GetValue<string>());
        Assert.NotNull(answer["data"]!["viewer"]);
        Assert.Empty(api.Logs.Errors);
    }

    public sealed class Fixture : ApiFixture
    {
        // TCP port 1 (tcpmux) is nobody's on a test machine: the connection is refused at once.
        protected override string Door(string cell) => new NpgsqlConnectionStringBuilder(base.Door(cell)) { Port = 1 }.ConnectionString;
    }
}
