using System.Globalization;
using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Pop3.Tests;

public sealed class TranscriptTests
{
    private static readonly Dictionary<string, Transcript> Transcripts = Transcript.Load("pop3").ToDictionary(static transcript => transcript.Name);

    public static TheoryData<string, Cut> Runs()
    {
        TheoryData<string, Cut> runs = [];
        foreach (Transcript transcript in Transcripts.Values)
        {
            foreach (Cut cut in Enum.GetValues<Cut>())
            {
                if (transcript.Settings.TryGetValue("only", out string? only) && only != cut.ToString())
                    continue;
                runs.Add(transcript.Name, cut);
            }
        }
        return runs;
    }

    /// <summary>The setting <c>deleted</c> names the message numbers that are deleted in the end; without it none is.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Replays(string name, Cut cut)
    {
        Transcript transcript = Transcripts[name];
        using Sessions sessions = new();
        MemoryConnection connection = new(Sessions.Stranger);
        string? wrong = await TranscriptRunner.RunAsync(transcript, cut, connection, sessions.Handler(isTrusted: !transcript.Has("untrusted"), transcript.Has("tls")));
        Assert.Null(wrong);
        string deleted = string.Join(',', sessions.Backend.Opened?.Deleted.Select(static index => (index + 1).ToString(CultureInfo.InvariantCulture)) ?? []);
        Assert.Equal(transcript.Settings.GetValueOrDefault("deleted", ""), deleted);
        Assert.False(connection.IsAborted);
        Assert.True(sessions.Backend.Opened?.IsDisposed ?? true);
        Assert.Equal(0, sessions.Gate.Total);
    }
}
