using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace Mailfleet.Api.Storage;

/// <summary>Where Hangfire keeps its queue: a schema of its own in the control database, with few connections, because what jobs do has pools of its own.</summary>
internal static class JobStorage
{
    private const int Connections = 8;

    public static void Use(IGlobalConfiguration configuration, string controlDatabase)
    {
        string connection = new NpgsqlConnectionStringBuilder(controlDatabase) { MaxPoolSize = Connections, ApplicationName = "mailfleet jobs" }.ConnectionString;
        configuration.UsePostgreSqlStorage(
            storage => storage.UseNpgsqlConnection(connection),
            new PostgreSqlStorageOptions
            {
                SchemaName = "hangfire",
                InvisibilityTimeout = TimeSpan.FromMinutes(2), // twice the longest turn: a worker that was killed is followed soon
                UseSlidingInvisibilityTimeout = true,
                QueuePollInterval = TimeSpan.FromSeconds(5),   // turns start by the minute; polling faster only costs
            });
    }
}
