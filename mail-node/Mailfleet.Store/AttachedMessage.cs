namespace Mailfleet.Store;

/// <summary>A message whose attachment is being committed.</summary>
/// <param name="Id">The stored copy's; <see cref="MailStore.OpenCopyAsync"/> takes it.</param>
public readonly record struct AttachedMessage(long Id, long SizeBytes, DateTimeOffset ReceivedAt, CopyPlace Place, IDeliveryAttachment Attachment);
