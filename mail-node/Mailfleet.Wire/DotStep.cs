namespace Mailfleet.Wire;

/// <summary>One step through a piece of input: this much was read, and this part of it is content.</summary>
public readonly record struct DotStep(int Consumed, int ContentStart, int ContentLength, BlockStatus Status);
