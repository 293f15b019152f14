using Microsoft.Extensions.Configuration;

namespace Mailfleet.Hosting;

/// <summary>
/// Reads settings into their type. Keys that nothing reads are told, each once, however many hosts of a process read the same file, and do not stop the
/// start: a file may be written for a newer release.
/// </summary>
public sealed class SettingsReader(TextWriter warnings)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <param name="host">Whose settings: <c>node</c>.</param>
    /// <exception cref="StartException">A value of the wrong type or shape; the message names each.</exception>
    public T Read<T>(IConfiguration settings, string host)
        where T : class, new()
    {
        SettingsShape shape = SettingsShape.Of(settings, typeof(T));
        foreach (string warning in shape.Unknown.Where(_told.Add))
            warnings.WriteLine($"mailfleet: warning: {warning}");
        if (shape.Faults.Count > 0)
            throw new StartException($"The {host}'s settings are not valid: {string.Join(" ", shape.Faults)}");

        try
        {
            return settings.Get<T>() ?? new T();
        }
        catch (InvalidOperationException problem)       // a value that is no number, say
        {
            throw new StartException($"The {host}'s settings are not valid: {problem.Message} {problem.InnerException?.Message}", problem);
        }
    }
}
