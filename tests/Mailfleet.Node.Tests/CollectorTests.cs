using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Mailfleet.Node.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Node.Tests;

/// <summary>What a collector of traces and numbers gets, and what it must never get.</summary>
public sealed class CollectorTests
{
    private static readonly string[] Dialogue =
        ["EHLO client.test", "MAIL FROM:<zoe@far.test>", "RCPT TO:<anna@shop.test>", "DATA", "Subject: xylophone-subject\r\n\r\nzeppelin-body\r\n.", "QUIT"];

    [Fact]
    public async Task ACollectorGetsTracesAndNumbersButNothingThatWasSaid()
    {
        ConcurrentDictionary<string, string> received = [];
        await using WebApplication collector = await StartCollectorAsync(received);
        TelemetryOptions telemetry = new() { Otlp = collector.Urls.Single() + "/base", TraceRatio = 1 };
        await using RunningNode node = new() { Adjust = options => options with { Telemetry = telemetry, NodeName = "node-7" } };
        await node.InitializeAsync();
        await DeliverAsync(node.Ports.Smtp);

        // A node that stops hands over what it still has.
        await node.StopAsync();

        Assert.Equal(["/base/v1/metrics", "/base/v1/traces"], received.Keys.Order());
        Assert.Contains("smtp.transaction", received["/base/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("store.commit", received["/base/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("mailfleet.smtp.messages", received["/base/v1/metrics"], StringComparison.Ordinal);
        Assert.All(received.Values, body =>
        {
            Assert.Contains("mailfleet-node", body, StringComparison.Ordinal);
            Assert.Contains("node-7", body, StringComparison.Ordinal);
            foreach (string said in (string[])["xylophone", "zeppelin", "shop.test", "far.test", "127.0.0.1"])
                Assert.DoesNotContain(said, body, StringComparison.Ordinal);
        });
    }

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentDictionary<string, string> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using StreamReader reader = new(context.Request.Body, Encoding.Latin1);
            string body = await reader.ReadToEndAsync(context.RequestAborted);
            received.AddOrUpdate(context.Request.Path, body, (_, earlier) => earlier + body);
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync();
        return collector;
    }

    private static async Task DeliverAsync(int port)
    {
        using TcpClient client = new("127.0.0.1", port);
        using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
        await ReplyAsync(reader);
        foreach (string line in Dialogue)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            Assert.Matches("^[23]", await ReplyAsync(reader));
        }
    }

    private static async Task<string> ReplyAsync(StreamReader reader)
    {
        string line;
        do
            line = await reader.ReadLineAsync() ?? throw new IOException("closed");
        while (line.Length > 3 && line[3] == '-');
        return line;
    }
}
