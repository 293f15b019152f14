using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy;

/// <summary>One reason for a refusal.</summary>
/// <param name="Field">Path of the command's field in camelCase, or null when no single field is at fault.</param>
/// <param name="Message">English sentence that says what is wrong and what to do.</param>
public sealed record Refusal(ErrorCode Code, string? Field, string Message);
