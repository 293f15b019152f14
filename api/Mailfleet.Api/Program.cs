using Mailfleet.Api;
using Mailfleet.Hosting;

// mailfleet api --config FILE
try
{
    string file = args is ["--config", string named] ? named : throw new StartException("Usage: mailfleet api --config FILE");
    IConfiguration settings = SettingsFiles.Load((file, false));

    using TerminationSignal signal = new();
    await using WebApplication api = ApiHost.Build(ApiSettings.From(settings, new SettingsReader(Console.Error)), TimeProvider.System, HostLogging.From(settings));
    await api.StartAsync(signal.Token);
    Console.WriteLine($"Mailfleet api is ready on {string.Join(", ", api.Urls)}");
    await signal.WaitAsync();
    await api.StopAsync(CancellationToken.None);
    return 0;
}
catch (StartException problem)
{
    await Console.Error.WriteLineAsync($"mailfleet: {problem.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("mailfleet: stopped before it was ready");
    return 1;
}
