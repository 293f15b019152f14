using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace Mailfleet.Api.Tests.GraphQL;

/// <summary>What nobody expected: the answer tells nothing but a request id, and the log tells the rest once.</summary>
public sealed class FaultTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task AnswersAnUnexpectedFaultWithoutDetailAndLogsItOnce()
    {
        await using (NpgsqlDataSource database = NpgsqlDataSource.Create(api.ControlDatabase))
        await using (NpgsqlCommand breakIt = database.CreateCommand("ALTER TABLE tenancy.customer RENAME COLUMN name TO secret_column"))
            await breakIt.ExecuteNonQueryAsync();

        using HttpResponseMessage response = await api.PostAsync("""{"query":"{ viewer { login } customers { nodes { id } } }"}""");
        string text = await response.Content.ReadAsStringAsync();
        JsonNode error = JsonNode.Parse(text)!["errors"]![0]!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("INTERNAL", error["extensions"]!["code"]!.GetValue<string>());
        Assert.DoesNotContain("t.name", text);
        string logged = Assert.Single(api.Logs.Errors);
        Assert.Contains(error["extensions"]!["requestId"]!.GetValue<string>(), logged);
        Assert.Contains("42703", logged);
    }
}
