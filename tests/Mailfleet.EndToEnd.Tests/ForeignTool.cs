using System.Diagnostics;
using System.Text;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>Runs somebody else's client: what it prints is what a user of it sees.</summary>
internal static class ForeignTool
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        (int exitCode, byte[] output) = await RunBytesAsync(program, arguments);
        return (exitCode, Encoding.Latin1.GetString(output));
    }

    /// <summary>Standard output and errors, byte by byte.</summary>
    public static async Task<(int ExitCode, byte[] Output)> RunBytesAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using CancellationTokenSource bound = new(TimeSpan.FromMinutes(2));
        using Process process = System.Diagnostics.Process.Start(start)!;
        using MemoryStream output = new();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output, bound.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        await reading;
        output.Write(Encoding.Latin1.GetBytes(await errors));
        return (process.ExitCode, output.ToArray());
    }
}
