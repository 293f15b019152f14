namespace Mailfleet.Api.Portal;

/// <summary>One message of the form.</summary>
/// <param name="Field">The input it belongs to, or null when it is about the form as a whole.</param>
public sealed record FormError(string? Field, string Message);
