using System.Text;

namespace Mailfleet.Message.Summaries;

/// <summary>Text that is kept of a message: without controls and broken characters, cut where the budget ends.</summary>
internal sealed class KeptText(int budget)
{
    /// <summary>One value takes no more than this: a subject or a file name that is longer is an attack or a mistake.</summary>
    public const int MaxValue = 2_000;

    private int _left = budget;

    public bool IsCut { get; private set; }

    /// <summary>Null for null; otherwise the value on one line.</summary>
    public string? Keep(string? text)
    {
        if (text is null)
            return null;
        int room = Math.Min(_left, MaxValue);
        StringBuilder kept = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > room)
            {
                IsCut = true;
                break;
            }

            if (Rune.IsControl(rune))
                kept.Append(rune.Value is '\r' or '\n' or '\t' ? " " : "");
            else
                kept.Append(rune.ToString());
        }

        _left -= kept.Length;
        return kept.ToString().Trim();
    }

    /// <summary>Whether there is room for one more thing of this weight, beside its texts.</summary>
    public bool TryTake(int weight)
    {
        if (_left < weight)
        {
            IsCut = true;
            return false;
        }

        _left -= weight;
        return true;
    }
}
