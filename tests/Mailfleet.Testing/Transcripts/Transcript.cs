using System.Globalization;
using System.Text;

namespace Mailfleet.Testing.Transcripts;

/// <summary>
/// A dialogue in a text file. <c>C:</c> a line from the client, <c>C-:</c> the same without CRLF after it, <c>S:</c> a line from the server, where
/// <c>*</c> stands for any text (<c>\*</c> for the star), <c>M:</c> a line of what was stored, <c>CLOSE</c> the server closes, <c>@ name=value</c>
/// settings for the test, <c>#</c> a comment. Escapes: <c>\r \n \0 \\ \xHH</c>.
/// </summary>
public sealed class Transcript
{
    private Transcript(string name, IReadOnlyList<TranscriptStep> steps, IReadOnlyDictionary<string, string> settings, byte[]? stored, bool serverCloses)
    {
        Name = name;
        Steps = steps;
        Settings = settings;
        Stored = stored;
        ServerCloses = serverCloses;
    }

    public string Name { get; }

    public IReadOnlyList<TranscriptStep> Steps { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>What is stored in the end, or null when the transcript does not say.</summary>
    public byte[]? Stored { get; }

    public bool ServerCloses { get; }

    public bool Has(string setting) => Settings.ContainsKey(setting);

    /// <summary>All transcripts of a folder below <c>tests/transcripts</c>.</summary>
    public static IReadOnlyList<Transcript> Load(string folder)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "tests", "transcripts", folder)))
            root = root.Parent;
        string path = Path.Combine(root?.FullName ?? throw new DirectoryNotFoundException(folder), "tests", "transcripts", folder);
        return [.. Directory.EnumerateFiles(path, "*.txt").Order(StringComparer.Ordinal).Select(file => Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];
    }

    public static Transcript Parse(string name, string text)
    {
        List<TranscriptStep> steps = [];
        Dictionary<string, string> settings = [];
        MemoryStream? stored = null;
        bool serverCloses = false;
        foreach (string line in text.Split('\n'))
        {
            if (serverCloses && line.StartsWith("S:", StringComparison.Ordinal))
                throw new FormatException($"{name}: the server speaks after CLOSE.");
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line == "CLOSE")
                serverCloses = true;
            else if (line.StartsWith("@ ", StringComparison.Ordinal))
                AddSettings(settings, line[2..]);
            else if (Content(line, "C:") is { } client)
                steps.Add(new TranscriptStep(IsClient: true, [.. Unescape(client), (byte)'\r', (byte)'\n'], client));
            else if (Content(line, "C-:") is { } raw)
                steps.Add(new TranscriptStep(IsClient: true, Unescape(raw), raw));
            else if (Content(line, "S:") is { } server)
                steps.Add(new TranscriptStep(IsClient: false, [], server));
            else if (Content(line, "M:") is { } message)
                (stored ??= new MemoryStream()).Write([.. Unescape(message), (byte)'\r', (byte)'\n']);
            else
                throw new FormatException($"{name}: cannot read \"{line}\".");
        }
        return new Transcript(name, steps, settings, stored?.ToArray(), serverCloses);
    }

    /// <summary>Whether a line of the server is the expected one.</summary>
    public static bool Matches(string pattern, ReadOnlySpan<byte> line)
    {
        List<byte[]> parts = [.. SplitAtStars(pattern).Select(Unescape)];
        if (parts.Count == 1)
            return line.SequenceEqual(parts[0]);
        if (!line.StartsWith(parts[0]))
            return false;
        line = line[parts[0].Length..];
        foreach (byte[] part in parts[1..^1])
        {
            int at = line.IndexOf(part);
            if (at < 0)
                return false;
            line = line[(at + part.Length)..];
        }
        return line.EndsWith(parts[^1]);
    }

    private static IEnumerable<string> SplitAtStars(string pattern)
    {
        int start = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] == '*')
            {
                yield return pattern[start..i];
                start = i + 1;
            }
        }
        yield return pattern[start..];
    }

    private static string? Content(string line, string tag)
    {
        if (!line.StartsWith(tag, StringComparison.Ordinal))
            return null;
        string content = line[tag.Length..];
        return content.StartsWith(' ') ? content[1..] : content;
    }

    private static void AddSettings(Dictionary<string, string> settings, string text)
    {
        foreach (string setting in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = setting.Split('=', 2);
            settings[pair[0]] = pair.Length == 2 ? pair[1] : "";
        }
    }

    private static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                int length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }
            i++;
            switch (text[i])
            {
                case 'r':
                    bytes.Add((byte)'\r');
                    break;
                case 'n':
                    bytes.Add((byte)'\n');
                    break;
                case '0':
                    bytes.Add(0);
                    break;
                case 'x':
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default:
                    bytes.Add((byte)text[i]);
                    break;
            }
        }
        return [.. bytes];
    }
}

/// <param name="Bytes">What a client sends.</param>
/// <param name="Text">The line as it stands in the file; for a server the pattern.</param>
public sealed record TranscriptStep(bool IsClient, byte[] Bytes, string Text);
