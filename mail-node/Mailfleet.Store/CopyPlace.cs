using Mailfleet.Store.Reading;

namespace Mailfleet.Store;

/// <summary>Where a stored copy stood when it was committed. It saves who reads it soon the question; what stands there is checked, and looked for anew when it has moved.</summary>
public readonly record struct CopyPlace
{
    internal CopyPlace(BlobPlace blob) => Blob = blob;

    internal BlobPlace Blob { get; }
}
