namespace Mailfleet.Conventions.Tests;

internal static class Expect
{
    /// <summary>Fails with every violation, not only the first few.</summary>
    public static void None(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        if (all.Length > 0)
            Assert.Fail(string.Join('\n', all));
    }
}
