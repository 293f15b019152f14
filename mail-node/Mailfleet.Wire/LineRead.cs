namespace Mailfleet.Wire;

/// <summary>A command line, or why there is none. The memory is good until the next read.</summary>
public readonly record struct LineRead(LineStatus Status, ReadOnlyMemory<byte> Line);
