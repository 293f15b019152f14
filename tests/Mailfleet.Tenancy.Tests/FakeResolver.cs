using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mailfleet.Tenancy.Tests;

/// <summary>Answers every question with the same records (RFC 1035 §4.1): texts to TXT, and "preference name" to MX.</summary>
internal sealed class FakeResolver : IDisposable
{
    private const byte MxType = 15;
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
            byte type = question[end - 3];
            byte[] data = type == MxType ? Exchanger(record[0]) : [.. record.SelectMany(Text)];
            answer.AddRange([0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
        }

        return [.. answer];
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Exchanger(string record)
    {
        string[] parts = record.Split(' ');
        return [0, byte.Parse(parts[0], CultureInfo.InvariantCulture), .. parts[1].Split('.').SelectMany(Text), 0];
    }
}
