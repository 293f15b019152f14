namespace Mailfleet.Message.Summaries;

/// <summary>One author or recipient as the header names it; for showing and answering, never for deciding where mail goes.</summary>
/// <param name="Name">The display name, decoded; null when there is none.</param>
/// <param name="Address">As it is written, perhaps no valid address. Empty for a group without members.</param>
/// <param name="Group">The group it stands in (RFC 5322 §3.4).</param>
public sealed record EnvelopeAddress(string? Name, string Address, string? Group = null);
