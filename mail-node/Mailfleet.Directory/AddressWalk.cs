using Mailfleet.Cell;
using Mailfleet.Cell.Door;
using Mailfleet.Directory.Cache;
using Mailfleet.Message;

namespace Mailfleet.Directory;

/// <summary>
/// Follows one address through aliases to mailboxes, a level at a time and with one read a level. Each alias is opened once, each mailbox counts once, so
/// circles end; depth and width are bounded, so a walk costs at most eleven reads of a few thousand names.
/// </summary>
internal sealed class AddressWalk(INameRows rows)
{
    internal const int MaxDepth = 10;       // alias after alias; people's real chains are two or three long
    internal const int MaxMailboxes = 1000; // more is a mailing list's work

    private readonly HashSet<RowKey> _grounds = [];
    private readonly Dictionary<MailboxKey, MailboxEntry> _mailboxes = [];
    private readonly HashSet<(long Alias, string? LocalPart)> _opened = [];
    private readonly Dictionary<AddressKey, (AddressKey Via, long Customer)> _next = [];
    private readonly List<ForwardTarget> _elsewhere = [];
    private MailboxKey? _owner;
    private CustomerStanding? _closed;
    private bool _cameBack;
    private bool _isDefault;

    /// <summary>What the answer stands on.</summary>
    public IReadOnlyCollection<RowKey> Grounds => _grounds;

    public async Task<Resolution> RunAsync(AddressKey start, CancellationToken cancellationToken)
    {
        _next.Add(start, default);
        for (int depth = 0; _next.Count > 0; depth++)
        {
            if (depth > MaxDepth || _next.Count > MaxMailboxes)
                return new Resolution.TooLarge { Owner = _owner };

            KeyValuePair<AddressKey, (AddressKey Via, long Customer)>[] level = [.. _next];
            _next.Clear();
            AddressKey[] names = [.. level.Select(step => step.Key).SelectMany(NamesOf).Distinct()];
            IReadOnlyDictionary<AddressKey, NameRow> found = await rows.FindNamesAsync(names, cancellationToken);
            foreach ((AddressKey address, (AddressKey via, long customer)) in level)
            {
                if (found.TryGetValue(address, out NameRow? asGiven))
                    await StepAsync(address, depth == 0, asGiven, found, cancellationToken);
                else if (depth == 0)
                    return new Resolution.NotLocal();
                else
                    Leave(address, via, customer);
            }
        }

        return Result();
    }

    private static IEnumerable<AddressKey> NamesOf(AddressKey address) =>
        address.Names.Append(DesiredAlias.CatchAll).Select(name => address with { LocalPart = name });

    private async Task StepAsync(
        AddressKey address, bool isStart, NameRow asGiven, IReadOnlyDictionary<AddressKey, NameRow> found, CancellationToken cancellationToken)
    {
        _grounds.Add(RowKey.Customer(asGiven.Customer));
        _grounds.Add(RowKey.Domain(asGiven.Domain));
        if (asGiven.Standing.Reception != Reception.Open)
        {
            // Behind an alias, one who is refused is left out like one who is gone; one who is deferred holds all of it back, so that they lose nothing.
            if (isStart || asGiven.Standing.Reception == Reception.Deferred)
                _closed ??= asGiven.Standing;
            return;
        }

        foreach (AddressKey name in NamesOf(address))
        {
            if (!found.TryGetValue(name, out NameRow? row))
                return;                                 // the domain went while the level was read; the next look drops what stands on it
            _grounds.Add(RowKey.NameOf(row.Domain, name.LocalPart));
            bool isCatchAll = name.LocalPart == DesiredAlias.CatchAll;
            if (isStart && !isCatchAll)
                _owner ??= row.Mailbox?.Key;

            if (row.Alias is { } alias)
            {
                Open(alias, name, row, address);
                return;
            }

            if (row.Mailbox is { } mailbox && !isCatchAll)
            {
                Reach(mailbox);
                return;
            }
        }

        if (address.IsRole && await rows.FindFirstMailboxAsync(address.Domain, asGiven.Domain, cancellationToken) is { } first)
        {
            _isDefault = true;
            Reach(first);
        }
    }

    // An alias that names itself means the mailbox behind it: a forward that keeps a copy. A catch-all that leads to another domain's makes its domain an
    // alias of that one: the local part stays, so it is opened once for each.
    private void Open(AliasRow alias, AddressKey name, NameRow row, AddressKey asked)
    {
        _grounds.Add(RowKey.Alias(alias.Id));
        bool isDomainAlias = alias.Targets.Any(target => AddressKey.OfRow(target).LocalPart == DesiredAlias.CatchAll);
        if (!_opened.Add((alias.Id, isDomainAlias ? asked.LocalPart : null)))
        {
            _cameBack = true;
            return;
        }

        foreach (AddressKey given in alias.Targets.Select(AddressKey.OfRow))
        {
            AddressKey target = given.LocalPart == DesiredAlias.CatchAll ? given with { LocalPart = asked.LocalPart } : given;
            if (target == name && row.Mailbox is not null)
                Reach(row.Mailbox);
            else
                _next.TryAdd(target, (name, row.Customer));
        }
    }

    private void Reach(MailboxEntry mailbox)
    {
        _grounds.Add(RowKey.Mailbox(mailbox.Key.Value));
        _mailboxes.TryAdd(mailbox.Key, mailbox);
    }

    // The door refuses what is no address; a row that slipped by leads to nobody.
    private void Leave(AddressKey address, AddressKey via, long customer)
    {
        if (MailAddress.Create(address.LocalPart, address.Domain) is { } target && _elsewhere.All(other => other.Address != target))
            _elsewhere.Add(new ForwardTarget(target, MailAddress.Create(via.LocalPart, via.Domain) ?? target, customer));
    }

    // Who answers for a role only because nobody else does must not speak as it.
    private Resolution Result()
    {
        MailboxKey? owner = _owner ?? (_mailboxes.Count == 1 && _elsewhere.Count == 0 && !_isDefault ? _mailboxes.Keys.Single() : null);
        return this switch
        {
            { _closed: { } closed } => new Resolution.Closed(closed) { Owner = owner },
            _ when _mailboxes.Count + _elsewhere.Count > MaxMailboxes => new Resolution.TooLarge { Owner = owner },
            { _elsewhere.Count: > 0 } => new Resolution.Elsewhere(_elsewhere, [.. _mailboxes.Values]) { Owner = owner },
            { _mailboxes.Count: > 0 } => new Resolution.Found([.. _mailboxes.Values]) { Owner = owner },
            { _cameBack: true } => new Resolution.Loop { Owner = owner },
            _ => new Resolution.NoSuchMailbox { Owner = owner },
        };
    }
}
