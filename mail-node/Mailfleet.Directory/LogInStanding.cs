using Mailfleet.Directory.Cache;

namespace Mailfleet.Directory;

/// <summary>What a log-in stands on: it ends when the mailbox may no longer log in by that address, its password is another, or its customer may do less or more than before.</summary>
public sealed class LogInStanding
{
    internal LogInStanding(AddressKey address, CredentialRow held, long asOf) => (Address, Held, AsOf) = (address, held, asOf);

    internal AddressKey Address { get; }

    internal CredentialRow Held { get; }

    /// <summary>The generation of the log-in cache before the rows were read.</summary>
    internal long AsOf { get; }

    internal IReadOnlyCollection<RowKey> Grounds => Held.Grounds;

    internal bool StandsBy(CredentialRow? now) => now is not null && now.Mailbox.Key == Held.Mailbox.Key && now.PasswordChange == Held.PasswordChange
        && now.Mailbox.Standing.LogsIn && now.Mailbox.Standing.Sends == Held.Mailbox.Standing.Sends;
}
