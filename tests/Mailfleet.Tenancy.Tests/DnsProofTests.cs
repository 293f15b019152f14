using System.Net;
using System.Net.Sockets;
using System.Text;
using Mailfleet.Tenancy.Domains;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mailfleet.Tenancy.Tests;

/// <summary>The proof over real DNS packets: all resolvers must show the value, and anything else is a no.</summary>
public sealed class DnsProofTests
{
    private const string Name = "_mailfleet.example.com";
    private const string Value = "mailfleet-verify=abc";

    [Theory]
    [InlineData(true, Value)]
    [InlineData(true, "v=spf1 -all|" + Value)]
    [InlineData(true, "mailfleet-verify=|abc", true)]            // one record, two strings
    [InlineData(false, "mailfleet-verify=|abc")]                 // two records
    [InlineData(false, "mailfleet-verify=ABC")]
    [InlineData(false, Value + " ")]
    [InlineData(false, "")]
    public async Task TakesTheExactValueAlone(bool isProven, string records, bool isOneRecord = false)
    {
        using var resolver = new FakeResolver(records.Length == 0 ? [] : isOneRecord ? [records.Split('|')] : [.. records.Split('|').Select(text => new[] { text })]);
        Assert.Equal(isProven, await AskAsync(resolver));
    }

    [Fact]
    public async Task EveryResolverHasToAgree()
    {
        using var one = new FakeResolver([[Value]]);
        using var two = new FakeResolver([[Value]]);
        using var lagging = new FakeResolver([]);
        using var failing = new FakeResolver([[Value]]) { ResponseCode = 2 };
        Assert.True(await AskAsync(one, two));
        Assert.False(await AskAsync(one, lagging));
        Assert.False(await AskAsync(failing, two));
    }

    [Fact]
    public async Task AResolverThatIsNotThereIsANo()
    {
        using var one = new FakeResolver([[Value]]);
        string gone;
        using (var closed = new FakeResolver([]))
            gone = closed.Address;
        Assert.False(await AskAsync(one.Address, gone));
    }

    [Fact]
    public async Task OtherResolversCountFromTheNextQuestionOnAndWhatIsNoAddressChangesNothing()
    {
        using var old = new FakeResolver([]);
        using var now = new FakeResolver([[Value]]);
        DnsProofResolver resolver = Create(old.Address);
        Assert.False(await resolver.IsProvenAsync(Name, Value, TenancyHost.Soon()));
        resolver.Reload([now.Address]);
        Assert.Throws<FormatException>(() => resolver.Reload(["dns.example"]));
        Assert.True(await resolver.IsProvenAsync(Name, Value, TenancyHost.Soon()));
    }

    [Fact]
    public void RefusesAnAddressThatIsNone() => Assert.Throws<FormatException>(() => Create("dns.example"));

    private static Task<bool> AskAsync(params FakeResolver[] resolvers) => AskAsync([.. resolvers.Select(resolver => resolver.Address)]);

    private static Task<bool> AskAsync(params string[] addresses) => Create(addresses).IsProvenAsync(Name, Value, TenancyHost.Soon());

    private static DnsProofResolver Create(params string[] addresses) => new(
        new TenancyOptions { ControlDatabase = "", CellDoors = new Dictionary<string, string>(), HostName = "mailfleet.test", KeyDirectory = "", DnsServers = addresses },
        NullLogger<DnsProofResolver>.Instance);

    /// <summary>Answers every TXT question with the same records (RFC 1035 §4.1).</summary>
    private sealed class FakeResolver : IDisposable
    {
        private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly string[][] _records;

        public FakeResolver(string[][] records)
        {
            _records = records;
            Address = _socket.Client.LocalEndPoint!.ToString()!;
            _ = ServeAsync();
        }

        public string Address { get; }

        public byte ResponseCode { get; init; }

        public void Dispose() => _socket.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    UdpReceiveResult question = await _socket.ReceiveAsync();
                    await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
                }
            }
            catch (ObjectDisposedException)
            {
                // The test is over.
            }
            catch (SocketException)
            {
                // The same, seen by a receive under way.
            }
        }

        private byte[] Answer(byte[] question)
        {
            int end = 12;
            while (question[end] != 0)
                end += question[end] + 1;
            end += 5; // the root label, type and class

            List<byte> answer = [.. question[..2], 0x81, (byte)(0x80 | ResponseCode), 0, 1, 0, (byte)_records.Length, 0, 0, 0, 0, .. question[12..end]];
            foreach (string[] record in _records)
            {
                byte[] data = [.. record.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.ASCII.GetBytes(text)])];
                answer.AddRange([0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
            }

            return [.. answer];
        }
    }
}
