using System.Diagnostics;
using Mailfleet.Hosting;

namespace Mailfleet.EmbeddedPostgres;

/// <summary>PostgreSQL refuses to run as root; then its programs run as the user that Debian's package makes.</summary>
internal static class UnprivilegedUser
{
    private const string Name = "postgres";

    public static bool IsNeeded => Environment.IsPrivilegedProcess;

    /// <summary>Runs a program to its end, as the unprivileged user when this process is root.</summary>
    /// <returns>Exit code and what it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        // setpriv replaces itself by the program: no shell, no login, no PAM session between us and it.
        IEnumerable<string> command = IsNeeded
            ? ["setpriv", "--reuid", Name, "--regid", Name, "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        return await ExecuteAsync(command, cancellationToken);
    }

    /// <summary>Makes the directory and gives it to the user the server runs as.</summary>
    public static async Task OwnDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await OwnFileAsync(directory, cancellationToken);
    }

    /// <summary>Gives the file to the user the server runs as.</summary>
    public static async Task OwnFileAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsNeeded)
            return;

        (int exitCode, string output) = await ExecuteAsync(["chown", $"{Name}:{Name}", path], cancellationToken);
        if (exitCode != 0)
            throw new StartException($"Cannot give {path} to the user '{Name}': {output.Trim()}");
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(IEnumerable<string> command, CancellationToken cancellationToken)
    {
        string[] parts = [.. command];
        ProcessStartInfo start = new(parts[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (string argument in parts.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";

        using Process process = Process.Start(start) ?? throw new StartException($"Cannot start {parts[0]}.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
