using System.Text;

namespace Mailfleet.Pop3;

internal enum Pop3Verb
{
    User,
    Pass,
    Auth,
    Stls,
    Utf8,
    Capa,
    Stat,
    List,
    Uidl,
    Retr,
    Top,
    Dele,
    Rset,
    Noop,
    Quit,
}

/// <summary>When a command may come (RFC 1939 §3), and how it counts.</summary>
[Flags]
internal enum CommandRules
{
    None = 0,

    /// <summary>Before log-in.</summary>
    Authorization = 1,

    /// <summary>After log-in.</summary>
    Transaction = 2,

    AnyState = Authorization | Transaction,

    /// <summary>Takes no argument.</summary>
    NoArgument = 4,

    /// <summary>Moves no mail, so many of them are an attack.</summary>
    Junk = 8,

    /// <summary>The client waits for this reply, so it leaves at once.</summary>
    EndsGroup = 16,
}

/// <summary>The command table: what is not in it is unknown, and its rules are checked before a handler runs. LAST (RFC 1460) is gone on purpose.</summary>
internal sealed record Pop3Command(Pop3Verb Verb, string Name, CommandRules Rules)
{
    private static readonly Pop3Command[] Table =
    [
        new(Pop3Verb.Retr, "RETR", CommandRules.Transaction),
        new(Pop3Verb.Dele, "DELE", CommandRules.Transaction),
        new(Pop3Verb.Top, "TOP", CommandRules.Transaction),
        new(Pop3Verb.Uidl, "UIDL", CommandRules.Transaction),
        new(Pop3Verb.List, "LIST", CommandRules.Transaction),
        new(Pop3Verb.Stat, "STAT", CommandRules.Transaction | CommandRules.NoArgument),
        new(Pop3Verb.User, "USER", CommandRules.Authorization),
        new(Pop3Verb.Pass, "PASS", CommandRules.Authorization | CommandRules.EndsGroup),
        new(Pop3Verb.Auth, "AUTH", CommandRules.Authorization | CommandRules.EndsGroup),
        new(Pop3Verb.Stls, "STLS", CommandRules.Authorization | CommandRules.NoArgument | CommandRules.EndsGroup),
        new(Pop3Verb.Utf8, "UTF8", CommandRules.Authorization | CommandRules.NoArgument),
        new(Pop3Verb.Capa, "CAPA", CommandRules.AnyState | CommandRules.NoArgument | CommandRules.Junk),
        new(Pop3Verb.Rset, "RSET", CommandRules.Transaction | CommandRules.NoArgument | CommandRules.Junk),
        new(Pop3Verb.Noop, "NOOP", CommandRules.Transaction | CommandRules.NoArgument | CommandRules.Junk),
        new(Pop3Verb.Quit, "QUIT", CommandRules.AnyState | CommandRules.NoArgument | CommandRules.EndsGroup),
    ];

    public bool Has(CommandRules rule) => (Rules & rule) != CommandRules.None;

    /// <summary>Splits a line into its command and argument, the argument exactly as it came: a password may begin or end with spaces.</summary>
    public static Pop3Command? Parse(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> argument)
    {
        int space = line.Span.IndexOf((byte)' ');
        ReadOnlySpan<byte> verb = space < 0 ? line.Span : line.Span[..space];
        argument = space < 0 ? default : line[(space + 1)..];
        foreach (Pop3Command command in Table)
        {
            if (Ascii.EqualsIgnoreCase(verb, command.Name))
                return command;
        }
        return null;
    }
}
