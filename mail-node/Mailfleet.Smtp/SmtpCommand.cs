using System.Text;

namespace Mailfleet.Smtp;

internal enum SmtpVerb
{
    Helo,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Auth,
    StartTls,
    Noop,
    Help,
    Vrfy,
    Expn,
    Quit,
}

/// <summary>When a command may come, and what it does to the session around it.</summary>
[Flags]
internal enum CommandRules
{
    None = 0,

    /// <summary>After HELO or EHLO (RFC 5321 §4.1.4).</summary>
    NeedsHello = 1,

    /// <summary>In submission only after log-in (RFC 6409 §4.3).</summary>
    NeedsLogIn = 2,

    /// <summary>Between MAIL and the end of the message.</summary>
    NeedsTransaction = 4,

    /// <summary>Outside of a transaction.</summary>
    NeedsNoTransaction = 8,

    /// <summary>After a recipient that was accepted.</summary>
    NeedsRecipient = 16,

    /// <summary>Not once BDAT has begun (RFC 3030 §2).</summary>
    NeedsNoChunks = 32,

    /// <summary>Takes no argument.</summary>
    NoArgument = 64,

    /// <summary>Does nothing for mail, so many of them are an attack.</summary>
    Junk = 128,

    /// <summary>The client waits for this reply (RFC 2920 §3.1), so it leaves at once.</summary>
    EndsGroup = 256,
}

/// <summary>The command table: what is not in it is unknown, and its rules are checked before a handler runs.</summary>
internal sealed record SmtpCommand(SmtpVerb Verb, string Name, CommandRules Rules)
{
    private static readonly SmtpCommand[] Table =
    [
        new(SmtpVerb.Rcpt, "RCPT", CommandRules.NeedsHello | CommandRules.NeedsLogIn | CommandRules.NeedsTransaction | CommandRules.NeedsNoChunks),
        new(SmtpVerb.Mail, "MAIL", CommandRules.NeedsHello | CommandRules.NeedsLogIn | CommandRules.NeedsNoTransaction),
        new(SmtpVerb.Data, "DATA", CommandRules.NeedsHello | CommandRules.NeedsLogIn | CommandRules.NeedsTransaction | CommandRules.NeedsRecipient | CommandRules.NeedsNoChunks | CommandRules.NoArgument | CommandRules.EndsGroup),
        new(SmtpVerb.Bdat, "BDAT", CommandRules.NeedsHello | CommandRules.NeedsLogIn | CommandRules.NeedsTransaction | CommandRules.NeedsRecipient),
        new(SmtpVerb.Ehlo, "EHLO", CommandRules.EndsGroup),
        new(SmtpVerb.Helo, "HELO", CommandRules.EndsGroup),
        new(SmtpVerb.Rset, "RSET", CommandRules.NoArgument | CommandRules.Junk),
        new(SmtpVerb.Auth, "AUTH", CommandRules.NeedsHello | CommandRules.NeedsNoTransaction | CommandRules.EndsGroup),
        new(SmtpVerb.StartTls, "STARTTLS", CommandRules.NoArgument | CommandRules.EndsGroup),
        new(SmtpVerb.Quit, "QUIT", CommandRules.NoArgument | CommandRules.EndsGroup),
        new(SmtpVerb.Noop, "NOOP", CommandRules.Junk | CommandRules.EndsGroup),
        new(SmtpVerb.Help, "HELP", CommandRules.Junk | CommandRules.EndsGroup),
        new(SmtpVerb.Vrfy, "VRFY", CommandRules.Junk | CommandRules.EndsGroup),
        new(SmtpVerb.Expn, "EXPN", CommandRules.Junk | CommandRules.EndsGroup),
    ];

    public static string Names { get; } = string.Join(' ', Table.Select(static command => command.Name));

    public bool Has(CommandRules rule) => (Rules & rule) != CommandRules.None;

    /// <summary>Splits a line into its command and argument; null when there is no such command. Verbs know no case (RFC 5321 §2.4).</summary>
    public static SmtpCommand? Parse(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> argument)
    {
        int space = line.Span.IndexOf((byte)' ');
        ReadOnlySpan<byte> verb = space < 0 ? line.Span : line.Span[..space];
        argument = space < 0 ? default : Trim(line[(space + 1)..]);
        foreach (SmtpCommand command in Table)
        {
            if (Ascii.EqualsIgnoreCase(verb, command.Name))
                return command;
        }
        return null;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> argument)
    {
        ReadOnlySpan<byte> span = argument.Span;
        int start = span.IndexOfAnyExcept((byte)' ');
        return start < 0 ? default : argument[start..(span.LastIndexOfAnyExcept((byte)' ') + 1)];
    }
}
