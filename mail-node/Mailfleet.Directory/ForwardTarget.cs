using Mailfleet.Message;

namespace Mailfleet.Directory;

/// <summary>An address elsewhere that an alias here leads to.</summary>
/// <param name="Via">The alias, which answers for the mail from here on.</param>
/// <param name="Customer">The cell's own number of the customer that has the alias.</param>
public sealed record ForwardTarget(MailAddress Address, MailAddress Via, long Customer);
