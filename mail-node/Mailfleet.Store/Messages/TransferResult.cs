namespace Mailfleet.Store.Messages;

/// <param name="Messages">Those that went, in the order of their folders and UIDs. Messages that were gone, or there already, are missing.</param>
/// <param name="UidValidity">Of the folder they went to; 0 when it is gone (COPYUID, RFC 4315 §3).</param>
public sealed record TransferResult(IReadOnlyList<TransferredMessage> Messages, uint UidValidity, TransferRefusal? Refusal);
