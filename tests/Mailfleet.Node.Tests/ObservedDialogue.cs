using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Mailfleet.Testing;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Node.Tests;

/// <summary>What metrics and logs tell of a whole dialogue, and what they must never tell.</summary>
public sealed partial class ObservedDialogue(RunningNode node) : IClassFixture<RunningNode>
{
    private const string Subject = "xylophone-subject";
    private const string Body = "zeppelin-body";

    [Fact]
    public async Task MetricsCountADeliveryAndNameNobody()
    {
        await TalkAsync();
        string metrics = "";
        await Eventually.HoldsAsync(async () => (metrics = await MetricsAsync()).Contains("outcome=\"quit\",protocol=\"pop3\"", StringComparison.Ordinal)
            || metrics.Contains("protocol=\"pop3\",outcome=\"quit\"", StringComparison.Ordinal), "the end of the POP3 session is counted");

        Assert.Contains("text/plain", _contentType, StringComparison.Ordinal);
        AssertCounts(metrics, "mailfleet_smtp_messages_total", "service=\"mx\"");
        AssertCounts(metrics, "mailfleet_smtp_message_bytes_total", "service=\"mx\"");
        AssertCounts(metrics, "mailfleet_smtp_commands_total", "service=\"mx\"", "verb=\"RCPT\"", "reply=\"2xx\"");
        AssertCounts(metrics, "mailfleet_smtp_refusals_total", "reason=\"unknown_recipient\"");
        AssertCounts(metrics, "mailfleet_smtp_logins_total", "outcome=\"rejected\"");
        AssertCounts(metrics, "mailfleet_pop3_logins_total", "outcome=\"accepted\"");
        AssertCounts(metrics, "mailfleet_pop3_retrievals_total");
        AssertCounts(metrics, "mailfleet_sessions_ended_total", "protocol=\"pop3\"", "outcome=\"quit\"");
        AssertCounts(metrics, "mailfleet_store_sync_messages_count");
        AssertCounts(metrics, "mailfleet_store_commit_duration_seconds_count", "outcome=\"done\"");
        AssertCounts(metrics, "mailfleet_store_deliveries_total", "outcome=\"stored\"");
        AssertCounts(metrics, "mailfleet_store_segments_opened_total", "kind=\"shared\"");
        AssertCounts(metrics, "mailfleet_directory_lookups_total", "cache=\"hit\"");
        AssertTellsNothing(metrics);
        Assert.DoesNotContain("anna", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.test", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EachSessionEndsWithOneLineAndNoLineTellsWhatWasSaid()
    {
        await TalkAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(Ends("pop3").Any()), "the end of the POP3 session is logged");

        string mx = Assert.Single(Ends("mx").DistinctBy(SessionOf).Take(1));
        Assert.StartsWith("Information ", mx, StringComparison.Ordinal);
        Assert.Contains("from 127.0.0.1 ended: quit", mx, StringComparison.Ordinal);
        Assert.Contains("Messages=1", mx, StringComparison.Ordinal);
        Assert.Contains("Refusals=1", mx, StringComparison.Ordinal);
        Assert.Contains("IsLoggedIn=True", Ends("pop3").First(), StringComparison.Ordinal);
        Assert.All(node.Logs.Lines.Where(line => line.Contains(" ended: ", StringComparison.Ordinal)).GroupBy(SessionOf), session => Assert.Single(session));
        Assert.All(node.Logs.Lines, AssertTellsNothing);
    }

    [Fact]
    public async Task AlertsAndTheirPageNameMetricsThatExist()
    {
        HashSet<string> instruments = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Mailfleet.", StringComparison.Ordinal))
                    instruments.Add(instrument.Name.Replace('.', '_'));
            },
        };
        await TalkAsync();                                  // all meters are there once they were used
        listener.Start();
        string folder = Path.Combine(RepositoryRoot.Find(), "infra", "observability");
        HashSet<string> named = [.. MetricName().Matches(await File.ReadAllTextAsync(Path.Combine(folder, "alerts.yml"))).Select(match => match.Value)];
        HashSet<string> explained = [.. MetricName().Matches(await File.ReadAllTextAsync(Path.Combine(folder, "README.md"))).Select(match => match.Value)];
        Assert.All(named.Union(explained), name => Assert.Contains(instruments, instrument => Exported(instrument).Contains(name)));
        Assert.All(instruments, instrument => Assert.Contains(explained, name => Exported(instrument).Contains(name)));
    }

    // What the exporter makes of a name, by kind and unit.
    private static string[] Exported(string instrument) =>
        [.. ((string[])["", "_total", "_seconds", "_count", "_bucket", "_seconds_count", "_seconds_bucket"]).Select(suffix => instrument + suffix)];

    [GeneratedRegex("mailfleet_[a-z0-9_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();

    private string _contentType = "";

    private IEnumerable<string> Ends(string protocol) => node.Logs.Lines.Where(line => line.Contains($" of {protocol} from ", StringComparison.Ordinal));

    private static string SessionOf(string line) => line[(line.IndexOf("SessionId=", StringComparison.Ordinal) + 10)..][..16];

    private async Task<string> MetricsAsync()
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{node.Ports.Http}") };
        using HttpResponseMessage response = await client.GetAsync("/metrics");
        response.EnsureSuccessStatusCode();
        _contentType = response.Content.Headers.ContentType!.ToString();
        return await response.Content.ReadAsStringAsync();
    }

    // A delivery with a refused recipient, a refused log-in, an accepted one, and the message read.
    private async Task TalkAsync()
    {
        await using (SocketClient smtp = await SocketClient.ConnectAsync(node.Ports.Smtp))
        {
            await smtp.ReadLineAsync();
            Assert.StartsWith("250", await smtp.AskAsync("EHLO client.test"), StringComparison.Ordinal);
            Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<stranger@elsewhere.test>"), StringComparison.Ordinal);
            Assert.StartsWith("550", await smtp.AskAsync("RCPT TO:<nobody@shop.test>"), StringComparison.Ordinal);
            Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<anna@shop.test>"), StringComparison.Ordinal);
            Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
            Assert.StartsWith("250", await smtp.AskAsync($"From: stranger@elsewhere.test\r\nSubject: {Subject}\r\n\r\n{Body}\r\n."), StringComparison.Ordinal);
            Assert.StartsWith("221", await smtp.AskAsync("QUIT"), StringComparison.Ordinal);
        }

        await using (SocketClient submission = await SocketClient.ConnectAsync(node.Ports.Submission))
        {
            await submission.ReadLineAsync();
            await submission.AskAsync("EHLO client.test");
            string wrong = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0anna@shop.test\0{RunningNode.Password}-wrong"));
            Assert.StartsWith("535", await submission.AskAsync($"AUTH PLAIN {wrong}"), StringComparison.Ordinal);
            string right = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0anna@shop.test\0{RunningNode.Password}"));
            Assert.StartsWith("235", await submission.AskAsync($"AUTH PLAIN {right}"), StringComparison.Ordinal);
            await submission.AskAsync("QUIT");
        }

        await using SocketClient pop3 = await SocketClient.ConnectAsync(node.Ports.Pop3);
        await pop3.ReadLineAsync();
        await pop3.AskAsync("USER anna@shop.test");
        Assert.StartsWith("+OK", await pop3.AskAsync($"PASS {RunningNode.Password}"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await pop3.AskAsync("RETR 1"), StringComparison.Ordinal);
        while (await pop3.ReadLineAsync() is { } line && line != ".")
            Assert.NotEqual("-ERR", line);
        Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
    }

    private static void AssertCounts(string metrics, string name, params string[] labels)
    {
        IEnumerable<string> samples = metrics.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.True(
            samples.Any(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)) && Value(line) > 0),
            $"no sample of {name} {{{string.Join(", ", labels)}}} above 0 in\n{metrics}");
    }

    private static double Value(string sample) =>
        double.Parse(sample[(sample.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertTellsNothing(string text)
    {
        Assert.DoesNotContain(Subject, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Body, text, StringComparison.Ordinal);
        Assert.DoesNotContain(RunningNode.Password, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(RunningNode.Password))[..16], text, StringComparison.Ordinal);
    }
}
