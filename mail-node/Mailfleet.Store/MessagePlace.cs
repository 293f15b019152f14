using Mailfleet.Store.Reading;

namespace Mailfleet.Store;

/// <summary>
/// Where a message of a mailbox stood a moment ago, looked up with its neighbours so that reading them one after the other costs few queries.
/// Good for seconds: who holds one for long reads mail that others have deleted meanwhile.
/// </summary>
public sealed class MessagePlace
{
    internal MessagePlace(long emailId, string returnPath, string deliveredTo, BlobPlace blob) =>
        (EmailId, ReturnPath, DeliveredTo, Blob) = (emailId, returnPath, deliveredTo, blob);

    public long EmailId { get; }

    internal string ReturnPath { get; }

    internal string DeliveredTo { get; }

    internal BlobPlace Blob { get; }
}
