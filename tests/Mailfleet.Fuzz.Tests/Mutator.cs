using System.Text;

namespace Mailfleet.Fuzz.Tests;

/// <summary>Makes new inputs out of seeds. The same seed number makes the same inputs, so a failure is found again by its number.</summary>
public sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words)
{
    private const int MaxLength = 4_096;

    // What parsers of lines, quotes, lengths and base64 look for.
    private static readonly byte[] Telling = [.. "\r\n\t .<>@:;,\"\\()[]=+*0129AZaz"u8, 0, 1, 0x7f, 0x80, 0xc3, 0xff];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        List<byte> input = [.. Pick(corpus)];
        for (int change = _random.Next(1, 9); change > 0; change--)
            Change(input);
        return input.Count > MaxLength ? [.. input.Take(MaxLength)] : [.. input];
    }

    private void Change(List<byte> input)
    {
        int at = _random.Next(input.Count + 1);
        int length = _random.Next(Math.Min(16, input.Count - at) + 1);
        switch (_random.Next(8))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Telling[_random.Next(Telling.Length)];
                break;
            case 2:
                input.Insert(at, Telling[_random.Next(Telling.Length)]);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 5 when words.Count > 0:
                input.InsertRange(at, Encoding.Latin1.GetBytes(Pick(words)));
                break;
            case 6:
                input.RemoveRange(at, input.Count - at);
                break;
            default:
                byte[] other = Pick(corpus);
                input.InsertRange(at, other[_random.Next(other.Length + 1)..]);
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
