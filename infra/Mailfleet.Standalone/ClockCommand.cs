using System.Globalization;
using System.Text.RegularExpressions;
using Mailfleet.Hosting;
using Mailfleet.Tenancy.Storage;
using Npgsql;

namespace Mailfleet.Standalone;

/// <summary>Moves business time on: plans, trials and claims end, and every recurring job runs once. Mail, log-ins and leases keep real time.</summary>
internal static partial class ClockCommand
{
    private const int MaxDays = 3650;

    public static async Task<int> RunAsync(string path, string by, CancellationToken cancellationToken)
    {
        TimeSpan step = Parse(by);
        string settings = Path.Combine(path, "run", "api.json");
        if (!File.Exists(settings))
            throw new StartException($"No standalone has run on {Path.GetFullPath(path)} yet. Start one with ./mailfleet up, or name another directory with --data.");
        DataDirectory directory = DataDirectory.Open(path);
        string control = SettingsFiles.Load((directory.ApiSettingsFile, false), (directory.SettingsFile, true))["api:database"]
            ?? throw new StartException($"{directory.ApiSettingsFile} names no control database.");

        await using NpgsqlDataSource database = NpgsqlDataSource.Create(control);
        try
        {
            TimeSpan ahead = await new BusinessClockTable(database).AdvanceAsync(step, cancellationToken);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Business time is {ahead.TotalDays:0.##} days ahead: {(TimeProvider.System.GetUtcNow() + ahead).UtcDateTime:yyyy-MM-dd HH:mm}Z. Running hosts follow within two seconds and run their jobs once."));
            return 0;
        }
        catch (NpgsqlException problem) when (problem is not PostgresException)
        {
            throw new StartException($"The control database of {Path.GetFullPath(path)} does not answer ({problem.Message}). Start the standalone first: ./mailfleet up", problem);
        }
    }

    internal static TimeSpan Parse(string by)
    {
        Match match = Step().Match(by);
        if (!match.Success || !int.TryParse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture, out int count))
            throw new StartException($"'{by}' is no step of time: write +40d, +12h or +30m. Business time never goes back.");
        TimeSpan step = match.Groups["unit"].Value switch
        {
            "d" => TimeSpan.FromDays(Math.Min(count, MaxDays + 1)),
            "h" => TimeSpan.FromHours(count),
            _ => TimeSpan.FromMinutes(count),
        };
        return step <= TimeSpan.FromDays(MaxDays) ? step : throw new StartException($"At most {MaxDays} days at once.");
    }

    [GeneratedRegex(@"\A\+(?<count>[0-9]{1,6})(?<unit>[dhm])\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();
}
