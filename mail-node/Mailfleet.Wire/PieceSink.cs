namespace Mailfleet.Wire;

/// <summary>Takes a piece of content; the memory is the reader's again after the call. False refuses the rest.</summary>
public delegate ValueTask<bool> PieceSink(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);
