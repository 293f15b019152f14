using Mailfleet.Wire.Peers;

namespace Mailfleet.Filter.Bans;

/// <param name="Offences">Which ban in a row it is.</param>
public sealed record Ban(NetworkPrefix Prefix, string Reason, int Offences, DateTimeOffset MadeAt, DateTimeOffset EndsAt);
