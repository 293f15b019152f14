namespace Mailfleet.Wire;

/// <summary>A command line, or why there is none. The memory is good until the next read.</summary>
public readonly record struct LineRead(LineStatus Status, ReadOnlyMemory<byte> Line);

/// <summary>Takes a piece of content; the memory is the reader's again after the call. False refuses the rest.</summary>
public delegate ValueTask<bool> PieceSink(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);
