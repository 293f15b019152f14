using Mailfleet.Api;
using Mailfleet.Hosting;

// mailfleet api --config FILE
try
{
    string file = args is ["--config", string named] ? named : throw new StartException("Usage: mailfleet api --config FILE");
    IConfiguration Load() => SettingsFiles.Load((file, false));
    IConfiguration settings = Load();
    SettingsReader reader = new(Console.Error);

    using TerminationSignal signal = new();
    await using WebApplication api = ApiHost.Build(ApiSettings.From(settings, reader), TimeProvider.System, HostLogging.From(settings));
    await api.StartAsync(signal.Token);
    using HangUpSignal hangUp = new(() => ApiHost.Reload(api, ApiSettings.From(Load(), reader)));
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
