using System.Globalization;
using System.Text.Json;
using Mailfleet.Filter.Bans;
using Mailfleet.Filter.Storage;
using Mailfleet.Hosting;
using Mailfleet.Wire.Peers;

namespace Mailfleet.Standalone;

/// <summary>Shows and ends the cell's bans; nodes follow within two seconds.</summary>
internal static class BansCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Task<int> ListAsync(string path, bool json, CancellationToken cancellationToken) => CellOfDirectory.UseAsync(
        path,
        async (_, cell) =>
        {
            IReadOnlyList<Ban> bans = await new BanRows(cell).ListAsync(cancellationToken);
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(bans.Select(ban => new { Prefix = ban.Prefix.ToString(), ban.Reason, ban.Offences, ban.MadeAt, ban.EndsAt }), Json));
                return 0;
            }

            foreach (Ban ban in bans)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ban.Prefix,-40} until {ban.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {ban.Reason} ({ban.Offences})"));
            Console.WriteLine(bans.Count == 1 ? "1 ban" : $"{bans.Count} bans");
            return 0;
        },
        cancellationToken);

    public static Task<int> RemoveAsync(string path, string prefix, bool json, CancellationToken cancellationToken)
    {
        NetworkPrefix parsed = NetworkPrefix.TryParse(prefix) ?? throw new StartException($"'{prefix}' is neither an address nor a network like 192.0.2.0/24.");
        return CellOfDirectory.UseAsync(
            path,
            async (_, cell) =>
            {
                bool isRemoved = await new BanRows(cell).RemoveAsync(parsed, cancellationToken);
                Console.WriteLine(
                    json ? JsonSerializer.Serialize(new { Prefix = parsed.ToString(), Removed = isRemoved }, Json)
                    : isRemoved ? $"The ban of {parsed} has ended."
                    : $"{parsed} is not banned; ./mailfleet bans list shows what is.");
                return isRemoved ? 0 : 1;
            },
            cancellationToken);
    }
}
