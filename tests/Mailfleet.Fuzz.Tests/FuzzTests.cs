using Mailfleet.Fuzz.Tests.Targets;
using Mailfleet.Testing;

namespace Mailfleet.Fuzz.Tests;

/// <summary>Every parser that reads what strangers send: its seeds, then mutations of them. MAILFLEET_TEST_LONG makes a hundred times as many, from another start each day.</summary>
public sealed class FuzzTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("MAILFLEET_TEST_LONG") is { Length: > 0 };

    private static readonly FuzzTarget[] All =
    [
        new PathTarget(), new AddressListTarget(), new HeaderTarget(), new ParameterTarget(), new LineTarget(), new DotBlockTarget(), new LineEndTarget(), new SaslTarget(),
        new RecordTarget(), new SmtpTarget(isSubmission: false), new SmtpTarget(isSubmission: true), new BdatTarget(), new Pop3Target(), new SummaryTarget(),
    ];

    public static TheoryData<string> Names => [.. All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task SeedsPass(string name)
    {
        FuzzTarget target = Find(name);
        foreach (byte[] seed in Corpus(target))
            await CheckAsync(target, seed, "a seed");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task MutationsOfSeedsPass(string name)
    {
        FuzzTarget target = Find(name);
        int start = IsLong ? TimeProvider.System.GetUtcNow().DayOfYear : 1;
        Mutator mutator = new(start, Corpus(target), target.Words);
        for (int run = 0; run < target.Runs * (IsLong ? 100 : 1); run++)
            await CheckAsync(target, mutator.Next(), $"start {start}, run {run}");
    }

    [Fact]
    public void EscapedBytesComeBack()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        Assert.Equal(all, Escaped.Read(Escaped.Write(all)));
    }

    [Fact]
    public void TheSameStartMakesTheSameInputs()
    {
        byte[][] corpus = ["MAIL FROM:<a@b.test>\r\n"u8.ToArray(), "QUIT\r\n"u8.ToArray()];
        (Mutator one, Mutator other) = (new(7, corpus, ["DATA\r\n"]), new(7, corpus, ["DATA\r\n"]));
        for (int i = 0; i < 100; i++)
            Assert.Equal(one.Next(), other.Next());
    }

    private static FuzzTarget Find(string name) => All.Single(target => target.Name == name);

    private static IReadOnlyList<byte[]> Corpus(FuzzTarget target) =>
        [.. File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "tests", "Mailfleet.Fuzz.Tests", "corpus", target.Name + ".txt")).Select(Escaped.Read)];

    private static async Task CheckAsync(FuzzTarget target, byte[] input, string origin)
    {
        try
        {
            await target.CheckAsync(input);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{target.Name}, {origin}: mend it, then add this line to corpus/{target.Name}.txt\n{Escaped.Write(input)}\n{fault.Message}", fault);
        }
    }
}
