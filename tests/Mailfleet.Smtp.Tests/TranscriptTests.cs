using Mailfleet.Testing.Transcripts;

namespace Mailfleet.Smtp.Tests;

public sealed class TranscriptTests
{
    private static readonly Dictionary<string, Transcript> Transcripts = Transcript.Load("smtp").ToDictionary(static transcript => transcript.Name);

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

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Replays(string name, Cut cut)
    {
        Transcript transcript = Transcripts[name];
        using Sessions sessions = new();
        string? wrong = await TranscriptRunner.RunAsync(transcript, cut, new MemoryConnection(Sessions.Stranger), sessions.Handler(transcript));
        Assert.Null(wrong);
        if (transcript.Stored is not null)
            Assert.Equal(transcript.Stored, sessions.Backend.Stored.SelectMany(static message => message).ToArray());
        Assert.Equal(0, sessions.Backend.OpenMessages);
        Assert.Equal(0, sessions.Gate.Total);
    }
}
