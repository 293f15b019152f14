using System.Text;
using System.Text.Unicode;

namespace Mailfleet.Message;

/// <summary>
/// The addresses of a From, Sender or To field (RFC 5322 §3.4, with the obsolete forms of §4.4 and the UTF-8 of RFC 6532). Strict where readers differ:
/// what cannot be read for certain is a fault, so that nobody is shown another author than the one that was checked.
/// </summary>
public static class AddressList
{
    private const int MaxAddresses = 10_000;

    /// <summary>Null on a fault. Members of groups are among the addresses; display names are dropped.</summary>
    public static IReadOnlyList<MailAddress>? Parse(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
            return null;
        List<MailAddress> addresses = [];
        Cursor cursor = new(value);
        bool inGroup = false;
        while (true)
        {
            if (!cursor.SkipCfws())
                return null;
            if (cursor.IsAtEnd)
                return inGroup ? null : addresses;
            if (cursor.Take(','))
                continue;                               // §4.4: empty places in a list
            if (inGroup && cursor.Take(';'))
            {
                inGroup = false;
                if (!cursor.SkipCfws() || !(cursor.IsAtEnd || cursor.Take(',')))
                    return null;
                continue;
            }
            switch (ParseAddress(ref cursor, out MailAddress? address))
            {
                case Element.Mailbox when addresses.Count < MaxAddresses:
                    addresses.Add(address!);
                    if (!cursor.SkipCfws() || !(cursor.IsAtEnd || cursor.Take(',') || (inGroup && cursor.Peek == ';')))
                        return null;
                    break;
                case Element.Group when !inGroup:
                    inGroup = true;
                    break;
                default:
                    return null;
            }
        }
    }

    private enum Element
    {
        Fault,
        Mailbox,
        Group,
    }

    // Words, then what follows tells whether they were a local part, a display name or the name of a group.
    private static Element ParseAddress(ref Cursor cursor, out MailAddress? address)
    {
        address = null;
        StringBuilder words = new();
        bool isLocalPart = true;                        // word *("." word)
        bool wantsWord = true;
        while (true)
        {
            if (!cursor.SkipCfws())
                return Element.Fault;
            if (cursor.Take('.'))
            {
                isLocalPart &= !wantsWord;
                wantsWord = true;
                words.Append('.');
            }
            else if (cursor.TakeWord(words))
            {
                isLocalPart &= wantsWord;
                wantsWord = false;
            }
            else
            {
                break;
            }
        }
        if (cursor.Take('<'))
            address = ParseAngle(ref cursor);
        else if (cursor.Take('@'))
            address = isLocalPart && !wantsWord && ParseDomain(ref cursor) is { } domain ? MailAddress.Create(words.ToString(), domain) : null;
        else if (words.Length > 0 && cursor.Take(':'))
            return Element.Group;
        return address is null ? Element.Fault : Element.Mailbox;
    }

    private static MailAddress? ParseAngle(ref Cursor cursor)
    {
        if (!SkipRoute(ref cursor))
            return null;
        StringBuilder localPart = new();
        do
        {
            if (!cursor.SkipCfws() || !cursor.TakeWord(localPart) || !cursor.SkipCfws())
                return null;
        }
        while (cursor.Take('.', localPart));
        if (!cursor.Take('@') || ParseDomain(ref cursor) is not { } domain || !cursor.SkipCfws() || !cursor.Take('>'))
            return null;
        return MailAddress.Create(localPart.ToString(), domain);
    }

    // §4.4, obs-route: read over.
    private static bool SkipRoute(ref Cursor cursor)
    {
        if (!cursor.SkipCfws())
            return false;
        if (cursor.Peek is not ('@' or ','))
            return true;
        while (true)
        {
            if (cursor.Take('@'))
            {
                if (ParseDomain(ref cursor) is null)
                    return false;
            }
            else if (!cursor.Take(','))
            {
                return cursor.Take(':');
            }
            if (!cursor.SkipCfws())
                return false;
        }
    }

    private static string? ParseDomain(ref Cursor cursor)
    {
        if (!cursor.SkipCfws())
            return null;
        StringBuilder domain = new();
        if (cursor.TakeLiteral(domain))
            return domain.ToString();
        do
        {
            if (!cursor.SkipCfws() || !cursor.TakeAtom(domain) || !cursor.SkipCfws())
                return null;
        }
        while (cursor.Take('.', domain));
        return domain.ToString();
    }

    /// <summary>A place in the value, and the tokens of RFC 5322 §3.2 that begin there.</summary>
    private ref struct Cursor(ReadOnlySpan<byte> value)
    {
        private const int MaxCommentDepth = 16;

        private ReadOnlySpan<byte> _rest = value;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public readonly char Peek => _rest.IsEmpty ? '\0' : (char)_rest[0];

        public bool Take(char c)
        {
            if (_rest.IsEmpty || _rest[0] != c)
                return false;
            _rest = _rest[1..];
            return true;
        }

        public bool Take(char c, StringBuilder text)
        {
            if (!Take(c))
                return false;
            text.Append(c);
            return true;
        }

        // White space, folds and comments. False when a comment does not end.
        public bool SkipCfws()
        {
            while (true)
            {
                _rest = _rest.TrimStart(" \t\r\n"u8);
                if (_rest.IsEmpty || _rest[0] != '(')
                    return true;
                if (!SkipComment())
                    return false;
            }
        }

        public bool TakeWord(StringBuilder text) => TakeQuoted(text) || TakeAtom(text);

        public bool TakeAtom(StringBuilder text)
        {
            int length = 0;
            while (length < _rest.Length && (_rest[length] >= 0x80 || IsAtomText(_rest[length])))
                length++;
            text.Append(Encoding.UTF8.GetString(_rest[..length]));
            _rest = _rest[length..];
            return length > 0;
        }

        public bool TakeLiteral(StringBuilder text)
        {
            int end = Peek == '[' ? _rest.IndexOf((byte)']') : -1;
            if (end < 0)
                return false;
            text.Append(Encoding.UTF8.GetString(_rest[..(end + 1)]));
            _rest = _rest[(end + 1)..];
            return true;
        }

        private bool TakeQuoted(StringBuilder text)
        {
            if (Peek != '"')
                return false;
            byte[] plain = new byte[_rest.Length];
            int length = 0;
            for (int i = 1; i < _rest.Length; i++)
            {
                switch (_rest[i])
                {
                    case (byte)'"':
                        text.Append(Encoding.UTF8.GetString(plain, 0, length));
                        _rest = _rest[(i + 1)..];
                        return true;
                    case (byte)'\r' or (byte)'\n':
                        break;                          // folding inside quotes: the line end is not part of the text
                    case (byte)'\\' when i + 1 < _rest.Length:
                        plain[length++] = _rest[++i];
                        break;
                    case var octet:
                        plain[length++] = octet;
                        break;
                }
            }
            return false;
        }

        private bool SkipComment()
        {
            int depth = 0;
            for (int i = 0; i < _rest.Length; i++)
            {
                switch (_rest[i])
                {
                    case (byte)'\\':
                        i++;
                        break;
                    case (byte)'(':
                        depth++;
                        break;
                    case (byte)')':
                        depth--;
                        break;
                }
                if (depth > MaxCommentDepth)
                    return false;
                if (depth == 0)
                {
                    _rest = _rest[Math.Min(i + 1, _rest.Length)..];
                    return true;
                }
            }
            return false;
        }

        private static bool IsAtomText(byte octet) => char.IsAsciiLetterOrDigit((char)octet) || "!#$%&'*+-/=?^_`{|}~"u8.Contains(octet);
    }
}
