using Mailfleet.EndToEnd.Tests;
using Mailfleet.Testing;

[assembly: AssemblyFixture(typeof(RunningMailfleet))]

namespace Mailfleet.EndToEnd.Tests;

/// <summary>One standalone for all tests of this project, started once and stopped by TERM at the end.</summary>
public sealed class RunningMailfleet : IAsyncLifetime
{
    public MailfleetProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Process = await MailfleetProcess.UpAsync();

    public async ValueTask DisposeAsync()
    {
        int exitCode = await Process.StopAsync();
        string output = Process.Output;
        await Process.DisposeAsync();
        MailfleetProcess.Remove(Process.DataDirectory);
        if (exitCode != 0)
            throw new InvalidOperationException($"Mailfleet ended with {exitCode}:\n{output}");
    }
}
