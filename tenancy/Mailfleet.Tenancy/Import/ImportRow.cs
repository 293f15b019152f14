using System.Globalization;
using System.Text.Json.Serialization;
using Mailfleet.Cell.Door;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Import;

/// <summary>What a row wants, in canonical form; without its password, which is kept sealed.</summary>
/// <param name="Name">The domain's name, or the address.</param>
internal sealed record ImportRow(string Name, string? Customer = null, long? QuotaBytes = null, IReadOnlyList<string>? Targets = null, bool IsForward = false)
{
    [JsonIgnore]
    public string LocalPart => Name[..Name.LastIndexOf('@')];

    [JsonIgnore]
    public string Domain => Name[(Name.LastIndexOf('@') + 1)..];

    /// <summary>Null and an error when the row cannot mean anything.</summary>
    /// <param name="secret">Its password, or a hash; told apart by the hash's form.</param>
    public static ImportRow? Parse(JobKind kind, ImportLine line, out string? secret, out JobError? error)
    {
        secret = null;
        ImportRow? row = kind switch
        {
            JobKind.ImportDomains => ParseDomain(line, out error),
            JobKind.ImportMailboxes => ParseMailbox(line, out secret, out error),
            _ => ParseAlias(line, out error),
        };
        return error is null ? row : null;
    }

    private static ImportRow? ParseDomain(ImportLine line, out JobError? error)
    {
        error = null;
        if (!DomainName.TryParse(line["name"], out DomainName name, out string? fault))
            error = Fault(line, "name", fault);
        else if (!CustomerId.TryParse(line["customer_id"], out _))
            error = new JobError(line.Line, ErrorCode.NotFound, "customer_id", "There is no such customer.");
        return error is null ? new ImportRow(name.Value, Customer: line["customer_id"]) : null;
    }

    private static ImportRow? ParseMailbox(ImportLine line, out string? secret, out JobError? error)
    {
        secret = line["password_hash"] ?? line["password"];
        error = null;
        if (!TryParseAddress(line["address"], isCatchAllAllowed: false, out string address, out string? fault))
            error = Fault(line, "address", fault!);
        else if (line["password"] is not null && line["password_hash"] is not null)
            error = Fault(line, "password_hash", "Give a password or its hash, not both.");
        else if (line["password_hash"] is { } hash && !PasswordHash.IsAcceptable(hash))
            error = Fault(line, "password_hash", "This is no Argon2id hash in PHC form ($argon2id$v=19$…) of a cost that is taken here.");
        else if (line["password"] is { } password && PasswordPolicy.FindFault(password, address[..address.LastIndexOf('@')]) is { } weak)
            error = new JobError(line.Line, ErrorCode.PasswordTooWeak, "password", weak);

        long quota = 0;
        if (error is null && line["quota_bytes"] is { } text
            && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out quota) || quota > CreateMailboxValidator.MaxQuotaBytes))
            error = Fault(line, "quota_bytes", $"The quota has to be a number between 0 and {CreateMailboxValidator.MaxQuotaBytes}, in bytes.");
        return error is null ? new ImportRow(address, QuotaBytes: line["quota_bytes"] is null ? null : quota) : null;
    }

    private static ImportRow? ParseAlias(ImportLine line, out JobError? error)
    {
        error = null;
        IReadOnlyList<string>? targets = null;
        bool isForward = false;
        if (!TryParseAddress(line["address"], isCatchAllAllowed: true, out string address, out string? fault))
            error = Fault(line, "address", fault!);
        else if (!AliasTargets.TryParse(
            address[..address.LastIndexOf('@')], (line["targets"] ?? "").Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries), out targets, out string? bad))
            error = Fault(line, "targets", bad);
        else if (line["forward"] is { } text && !bool.TryParse(text, out isForward))
            error = Fault(line, "forward", "Say true or false.");
        return error is null ? new ImportRow(address, Targets: targets, IsForward: isForward) : null;
    }

    private static bool TryParseAddress(string? text, bool isCatchAllAllowed, out string address, out string? fault)
    {
        address = "";
        int at = (text ?? "").LastIndexOf('@');
        if (at < 0)
        {
            fault = "This is not a mail address.";
            return false;
        }

        string given = text![..at];
        if (!DomainName.TryParse(text[(at + 1)..], out DomainName domain, out fault))
            return false;
        if (isCatchAllAllowed && given == DesiredAlias.CatchAll)
        {
            address = $"{given}@{domain}";
            return true;
        }

        if (!Names.LocalPart.TryParse(given, out LocalPart local, out fault))
            return false;
        address = $"{local}@{domain}";
        return true;
    }

    private static JobError Fault(ImportLine line, string column, string message) => new(line.Line, ErrorCode.Invalid, column, message);
}
