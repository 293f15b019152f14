using System.Net;
using Mailfleet.Api;
using Mailfleet.EmbeddedPostgres;
using Mailfleet.Hosting;
using Mailfleet.Node;
using Mailfleet.Node.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mailfleet.Standalone;

/// <summary>Starts database, control plane and node in this process, tells where they are, and drains them at the end.</summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(string path, int portOffset)
    {
        using TerminationSignal signal = new();
        Ports ports = Ports.At(portOffset);
        DataDirectory directory = DataDirectory.Open(path);
        using IDisposable held = directory.Lock();

        Certificates certificates = new(directory.Tls, HostSettings.HostName, TimeProvider.System);
        certificates.Ensure();
        Databases databases = new(directory, ports.Postgres);
        string operatorToken = DataDirectory.Secret(directory.OperatorTokenFile);
        new HostSettings(directory, databases, certificates, ports).Write(operatorToken);
        IConfigurationRoot NodeFiles() => SettingsFiles.Load((directory.NodeSettingsFile, false), (directory.SettingsFile, true));
        IConfigurationRoot nodeSettings = NodeFiles();
        IConfigurationRoot ApiFiles() => SettingsFiles.Load((directory.ApiSettingsFile, false), (directory.SettingsFile, true));
        Action<ILoggingBuilder> logging = HostLogging.From(nodeSettings);
        using ILoggerFactory loggers = LoggerFactory.Create(logging);

        await using PostgresServer postgres = await PostgresServer.StartAsync(databases.Server, loggers.CreateLogger<PostgresServer>(), signal.Token);
        ports.EnsureFree();
        await databases.EnsureAsync(postgres, signal.Token);

        SettingsReader reader = new(Console.Error);
        NodeOptions nodeOptions = NodeSettings.From(nodeSettings, reader);
        ApiOptions apiOptions = ApiSettings.From(ApiFiles(), reader);
        await databases.MigrateCellAsync(signal.Token);
        await using WebApplication api = ApiHost.Build(apiOptions, TimeProvider.System, logging);
        await api.StartAsync(signal.Token);

        bool isPrivate = IPAddress.IsLoopback(IPAddress.Parse(nodeOptions.Listen)) && apiOptions.Listen.All(address => new Uri(address).IsLoopback);
        DemoTenant demo = new(api.Services);
        if (isPrivate)
            await demo.EnsureAsync(signal.Token);
        else if (await demo.ExistsAsync(signal.Token))
            throw new StartException(
                "This data directory has the demo tenant, whose password everybody knows, and a listener is not on loopback. Use a new directory (--data), or listen on 127.0.0.1 only.");

        await using NodeHost node = await NodeHost.StartAsync(nodeOptions, TimeProvider.System, logging, signal.Token);
        await using SettingsReload reload = SettingsReload.Start(directory.Run, "standalone", () =>
        {
            // All is read before any of it changes.
            (NodeOptions forNode, ApiOptions forApi) = (NodeSettings.From(NodeFiles(), reader), ApiSettings.From(ApiFiles(), reader));
            node.Reload(forNode);
            ApiHost.Reload(api, forApi);
        });
        StartTable.Print(directory, ports, hasDemo: isPrivate);
        Console.WriteLine("Mailfleet is ready");

        await signal.WaitAsync();
        Console.WriteLine("Stopping: sessions end after their current command ...");
        await api.StopAsync(CancellationToken.None);
        return 0;
    }
}
