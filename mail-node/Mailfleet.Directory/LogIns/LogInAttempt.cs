namespace Mailfleet.Directory.LogIns;

/// <summary>One connection's part in a try. Disposed of without an outcome it leaves the try to the others, or takes it back.</summary>
internal sealed class LogInAttempt : IDisposable
{
    private readonly LogInThrottle? _throttle;
    private readonly LogInTry? _try;
    private bool _hasLeft;

    public LogInAttempt(LogInThrottle throttle, LogInTry what) => (_throttle, _try, IsKnown, Delay) = (throttle, what, what.IsKnown, what.Delay);

    private LogInAttempt(bool isKnown, TimeSpan delay) => (IsKnown, Delay) = (isKnown, delay);

    /// <summary>Beyond a limit: the password must not be looked at.</summary>
    public bool IsRefused => _try is null;

    /// <summary>Whether the account has lately logged in from there.</summary>
    public bool IsKnown { get; }

    /// <summary>How long a refusal is to be held back.</summary>
    public TimeSpan Delay { get; }

    public static LogInAttempt Refused(bool isKnown, TimeSpan delay) => new(isKnown, delay);

    public void Succeed() => _throttle?.Succeed(_try!);

    public void Fail() => _throttle?.Fail(_try!);

    public void Dispose()
    {
        if (!_hasLeft)
            _throttle?.Leave(_try!);
        _hasLeft = true;
    }
}
