using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Mailfleet.Delivery.Routing;
using Mailfleet.Hosting;
using Mailfleet.Node.Options;

namespace Mailfleet.Node.Tests;

/// <summary>
/// A reload reaches the part that goes by a setting: each setting that there is, found by reflection, is changed alone, and what the parts of a running node go by
/// must change with it. A new setting is in this test by itself.
/// </summary>
public sealed class ReloadTests(RunningNode node) : IClassFixture<RunningNode>
{
    private const string Probe = "192.0.2.77";

    // What a node is, where its files are, and whom it tells of itself: needs a start.
    private static readonly string[] OfTheStart = ["hostName", "nodeName", "listen", "roles", "ports.", "cell.", "tls.", "spool.directory", "telemetry."];

    public static TheoryData<string> Settings => [.. Leaves(typeof(NodeOptions), "").Where(key => !OfTheStart.Any(fixedKey => key.StartsWith(fixedKey, StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void SettingIsInForceAfterAReload(string key)
    {
        node.Host.Reload(node.Options);
        string before = InForce();
        node.Host.Reload((NodeOptions)With(node.Options, key.Split('.')));
        Assert.NotEqual(before, InForce());
        node.Host.Reload(node.Options);
        Assert.Equal(before, InForce());
    }

    [Fact]
    public void EverySectionOfTheLimitsIsAmongThem() => Assert.Superset(
        new HashSet<string> { "limits.messageBytes", "limits.logIns.pairFailures", "limits.defence.addressOffences", "limits.sending.messagesPerHour", "directory.cachedEntries", "store.segmentBytes", "spool.bytes" },
        Settings.Select(row => row.Data).ToHashSet());

    private static IEnumerable<string> Leaves(Type section, string prefix) => section.GetProperties().SelectMany(property =>
        SettingsShape.IsSection(property.PropertyType) ? Leaves(property.PropertyType, SettingsShape.KeyOf(prefix, property) + ".") : [SettingsShape.KeyOf(prefix, property)]);

    // A record's copy, one property of which, however deep, has another value.
    private static object With(object record, ReadOnlySpan<string> path)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, [])!;
        string name = path[0];
        PropertyInfo property = copy.GetType().GetProperties().Single(candidate => SettingsShape.KeyOf("", candidate) == name);
        object? value = property.GetValue(copy);
        property.SetValue(copy, path.Length > 1 ? With(value!, path[1..]) : Other(value, property.PropertyType));
        return copy;
    }

    private static object Other(object? value, Type type) => value switch
    {
        int number => number + 7,
        long number => number + 7,
        double number => number / 2,
        bool flag => !flag,
        string => "ben@shop.test",
        _ when type == typeof(IReadOnlyList<string>) => (string[])[.. (IReadOnlyList<string>)value!, Probe],
        _ when type == typeof(IReadOnlyList<RouteOptions>) => (RouteOptions[])[new RouteOptions { Pattern = "*.remote.test", Host = Probe }],
        _ => throw new NotSupportedException($"Teach this test another value of {type}."),
    };

    private string InForce()
    {
        StringBuilder text = new();
        foreach (object part in node.Host.InForce)
            Write(text, part);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null or string or TimeSpan or IPEndPoint:
            case ValueType when value.GetType().IsPrimitive:
                text.Append(CultureInfo.InvariantCulture, $"{value} ");
                break;
            case Func<IPAddress, bool> asked:
                text.Append(CultureInfo.InvariantCulture, $"{asked(IPAddress.Parse(Probe))} ");
                break;
            case RouteTable routes:
                Write(text, routes.Find("a.remote.test")?.Hop);
                break;
            case IEnumerable list:
                foreach (object? item in list)
                    Write(text, item);
                break;
            default:
                foreach (PropertyInfo property in value.GetType().GetProperties().Where(property => value.GetType().Namespace!.StartsWith("Mailfleet.", StringComparison.Ordinal)))
                    Write(text.Append(property.Name).Append('='), property.GetValue(value));
                break;
        }
    }
}
