using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Jobs;

/// <summary>Why one row was refused.</summary>
/// <param name="Line">Its line in the file; the header is line 1.</param>
/// <param name="Column">Null when no single column is at fault.</param>
public sealed record JobError(int Line, ErrorCode Code, string? Column, string Message);
