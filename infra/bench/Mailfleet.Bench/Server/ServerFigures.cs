using System.Globalization;

namespace Mailfleet.Bench.Server;

/// <summary>What the processes of a server have used since they started, as the kernel counts it (proc(5)).</summary>
/// <param name="CpuMilliseconds">User and system time of all of them, children that ended included.</param>
/// <param name="DatabaseCpuMilliseconds">Of these, what was not the first process.</param>
/// <param name="WrittenBytes">Bytes sent to the disk, or on their way there.</param>
/// <param name="ResidentBytes">Resident memory of the first process: the mail server without its database.</param>
internal readonly record struct ServerFigures(double CpuMilliseconds, double DatabaseCpuMilliseconds, long WrittenBytes, long ResidentBytes)
{
    private const double MillisecondsPerTick = 10; // USER_HZ is 100 on every Linux that .NET runs on

    public static ServerFigures Read(int server, IEnumerable<int> database)
    {
        ServerFigures sum = new(0, 0, 0, Resident(server));
        foreach (int id in database.Prepend(server))
        {
            try
            {
                double cpu = Cpu(id);
                sum = sum with
                {
                    CpuMilliseconds = sum.CpuMilliseconds + cpu,
                    DatabaseCpuMilliseconds = sum.DatabaseCpuMilliseconds + (id == server ? 0 : cpu),
                    WrittenBytes = sum.WrittenBytes + Written(id),
                };
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked: its parent has inherited its figures.
            }
        }

        return sum;
    }

    public static long Resident(int id) => Field($"/proc/{id}/status", "VmRSS:") * 1024;

    private static long Written(int id) => Field($"/proc/{id}/io", "write_bytes:");

    private static double Cpu(int id)
    {
        // The command, in brackets, may hold anything; the fields that follow it start with the third.
        string stat = File.ReadAllText($"/proc/{id}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..15].Sum(x => long.Parse(x, CultureInfo.InvariantCulture)) * MillisecondsPerTick;
    }

    private static long Field(string file, string name)
    {
        string line = File.ReadLines(file).First(x => x.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
