using System.Net;
using System.Net.Sockets;
using Mailfleet.Testing;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>What cannot start says why, and what to do.</summary>
public sealed class StartErrors(RunningMailfleet mailfleet)
{
    [Fact]
    public async Task ASecondStartOnTheSameDirectoryNamesTheWayOut()
    {
        string problem = await FailAsync(mailfleet.Process.DataDirectory, MailfleetProcess.FreeOffset());
        Assert.Contains("Another Mailfleet is running", problem, StringComparison.Ordinal);
        Assert.Contains("--data", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortInUseIsNamedWithTheServiceThatNeedsIt()
    {
        int offset = MailfleetProcess.FreeOffset();
        using TcpListener other = new(IPAddress.Loopback, 2110 + offset);
        other.Start();
        string directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-start-").FullName;
        string problem = await FailAsync(directory, offset);
        MailfleetProcess.Remove(directory);
        Assert.Contains($"Port {2110 + offset}", problem, StringComparison.Ordinal);
        Assert.Contains("POP3", problem, StringComparison.Ordinal);
        Assert.Contains("--port-offset", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADirectoryThatCannotBeMadeIsNamed()
    {
        string file = Path.GetTempFileName();
        string problem = await FailAsync(Path.Combine(file, "below"), MailfleetProcess.FreeOffset());
        File.Delete(file);
        Assert.Contains(file, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsThatAreNoJsonAreRefusedWithTheirFile()
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("mailfleet-start-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "mailfleet.json"), "{ \"trusted\": [ }");
        string problem = await FailAsync(directory, MailfleetProcess.FreeOffset());
        MailfleetProcess.Remove(directory);
        Assert.Contains("mailfleet.json", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDemoTenantIsNeverOpenedToTheNetwork()
    {
        MailfleetProcess first = await MailfleetProcess.UpAsync();
        Assert.Equal(0, await first.StopAsync());
        await File.WriteAllTextAsync(Path.Combine(first.DataDirectory, "mailfleet.json"), """{ "listen": "0.0.0.0" }""");
        string problem = await FailAsync(first.DataDirectory, first.Offset);
        MailfleetProcess.Remove(first.DataDirectory);
        Assert.Contains("demo tenant", problem, StringComparison.Ordinal);
    }

    // As root the database lies outside the data directory, so it outlives it.
    [Fact]
    public async Task KeysThatAreGoneAreNamedAndADirectoryMadeAnewStarts()
    {
        MailfleetProcess first = await MailfleetProcess.UpAsync();
        Assert.Equal(0, await first.StopAsync());
        System.IO.Directory.Delete(Path.Combine(first.DataDirectory, "keys"), recursive: true);
        string problem = await FailAsync(first.DataDirectory, first.Offset);
        Assert.Contains(Path.Combine(first.DataDirectory, "keys"), problem, StringComparison.Ordinal);

        System.IO.Directory.Delete(first.DataDirectory, recursive: true);
        MailfleetProcess second = await MailfleetProcess.UpAsync(first.DataDirectory, first.Offset);
        if (Environment.IsPrivilegedProcess)
            Assert.Contains("set aside as", second.Output, StringComparison.Ordinal);
        Assert.Equal(0, await second.StopAsync());
        MailfleetProcess.Remove(second.DataDirectory);
    }

    // One line for a person, no stack trace.
    private static async Task<string> FailAsync(string directory, int offset)
    {
        InvalidOperationException problem = await Assert.ThrowsAsync<InvalidOperationException>(() => MailfleetProcess.UpAsync(directory, offset));
        Assert.Contains("mailfleet: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", problem.Message, StringComparison.Ordinal);
        return problem.Message;
    }
}
