using System.Runtime.InteropServices;

namespace Mailfleet.Hosting;

/// <summary>HUP has a host of its own read its settings again, as of old. What is wrong with them is told on standard error, and all stays as it was.</summary>
public sealed class HangUpSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Action _apply;
    private readonly PosixSignalRegistration _registration;

    /// <param name="apply">Reads the settings anew and puts them in force, or throws <see cref="StartException"/> and leaves all as it was.</param>
    public HangUpSignal(Action apply) => (_apply, _registration) = (apply, PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle));

    public void Dispose() => _registration.Dispose();

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;                          // it would end the process
        lock (_gate)
        {
            try
            {
                _apply();
                Console.WriteLine("The new settings are in force");
            }
            catch (StartException problem)
            {
                Console.Error.WriteLine($"mailfleet: the old settings stay: {problem.Message}");
            }
        }
    }
}
