using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Tenancy.People;

/// <summary>What came of a log-in.</summary>
public abstract record LogInResult
{
    /// <param name="Token">Goes into the browser's cookie and is kept nowhere else.</param>
    public sealed record Opened(PersonRow Person, string Token) : LogInResult;

    /// <summary>The password was right; the code of the second factor is asked for next.</summary>
    /// <param name="Token">Of a half session, which opens nothing but that form.</param>
    public sealed record CodeNeeded(string Token) : LogInResult;

    /// <summary>Unknown log-in or wrong password: nobody learns which.</summary>
    public sealed record Wrong : LogInResult;

    /// <summary>Too many failures lately. Nothing was checked.</summary>
    public sealed record Throttled : LogInResult;
}
