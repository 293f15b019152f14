using System.Text;
using Mailfleet.Api;
using Mailfleet.Hosting;
using Mailfleet.Node.Options;
using Microsoft.Extensions.Configuration;

namespace Mailfleet.Node.Tests;

/// <summary>What a mistake in mailfleet.json leads to.</summary>
public sealed class SettingsFaults
{
    private const string Rest = """ "hostName": "a.test", "cell": { "database": "d", "segments": "s" }, "tls": { "certificate": "c", "key": "k" } """;

    [Theory]
    [InlineData("""{ "trustd": ["127.0.0.1"] }""", "there is no setting 'trustd'; the nearest is 'trusted'")]
    [InlineData("""{ "limit": { "hops": 20 } }""", "there is no setting 'limit'; the nearest is 'limits'")]
    [InlineData("""{ "limits": { "conections": 20 } }""", "there is no setting 'limits.conections'; the nearest is 'limits.connections'")]
    [InlineData("""{ "ports": { "pop4": 20 } }""", "there is no setting 'ports.pop4'; the nearest is 'ports.pop3'")]
    public void AKeyThatNobodyReadsIsToldWithTheNearest(string json, string warning) =>
        Assert.Equal([warning], SettingsShape.Of(Read(json), typeof(NodeOptions)).Unknown);

    [Fact]
    public void TwoHostsOfOneFileTellAnUnknownKeyOnceAndEachItsOwn()
    {
        using StringWriter told = new();
        SettingsReader reader = new(told);
        const string Json = """{ "trustd": [], "limits": { "hop": 1 }, "api": { "key": "k" } }""";
        reader.Read<NodeOptions>(Read(Json), "node");
        reader.Read<ApiSettings>(Read(Json), "api");
        Assert.Equal(
            [
                "mailfleet: warning: there is no setting 'limits.hop'; the nearest is 'limits.hops'",
                "mailfleet: warning: there is no setting 'trustd'; the nearest is 'trusted'",
                "mailfleet: warning: there is no setting 'api.key'; the nearest is 'api.keys'",
            ],
            told.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void KeysOfOtherHostsAndAnyCasePass()
    {
        SettingsShape shape = SettingsShape.Of(Read("""{ "api": { "keys": "k" }, "dns": {}, "logging": { "format": "json" }, "HOSTNAME": "a.test", "trusted": [], "limits": { "Hops": 20 } }"""), typeof(NodeOptions));
        Assert.Empty(shape.Unknown);
        Assert.Empty(shape.Faults);
    }

    [Theory]
    [InlineData(""" "limits": { "connections": "many" } """, "limits:connections")]
    [InlineData(""" "limits": 5 """, "limits: a section")]
    [InlineData(""" "trusted": "127.0.0.1" """, "trusted: a list")]
    [InlineData(""" "routes": [{ "pattern": "a.test", "host": "b.test", "tls": "never" }] """, "'never' is no tls of a route")]
    [InlineData(""" "routes": [{ "pattern": "a.test", "host": "b.test", "port": "smtp" }] """, "'smtp' is no port of a route")]
    [InlineData(""" "routes": [{ "pattern": "a.test", "hosts": "b.test" }] """, "'' is no host of a route")]
    [InlineData(""" "routes": [{ "pattern": "*a.test", "host": "b.test" }] """, "'*a.test' is no pattern of a route")]
    [InlineData(""" "dns": { "servers": ["resolver"] } """, "'resolver' in dns.servers")]
    [InlineData(""" "telemetry": { "otlp": "collector:4318" } """, "telemetry.otlp: 'collector:4318' is no http or https address.")]
    [InlineData(""" "telemetry": { "traceRatio": 2 } """, "TraceRatio")]
    [InlineData(""" "listen": ["127.0.0.1"] """, "listen: a single value")]
    [InlineData(""" "limits": { "pop3IdleSeconds": 5 } """, "Pop3IdleSeconds")]
    [InlineData(""" "limits": { "bytesPerSecond": 0 } """, "BytesPerSecond")]
    [InlineData(""" "roles": ["mxx"] """, "roles: there is no role 'mxx'")]
    public void AWrongValueStopsTheStartAndNamesItsKey(string setting, string named)
    {
        NodeSettings.From(Read($"{{ {Rest} }}"), new SettingsReader(TextWriter.Null));
        StartException problem = Assert.Throws<StartException>(() => NodeSettings.From(Read($"{{ {Rest}, {setting} }}"), new SettingsReader(TextWriter.Null)));
        Assert.Contains(named, problem.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static IConfigurationRoot Read(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
