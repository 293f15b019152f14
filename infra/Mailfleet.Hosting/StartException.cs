namespace Mailfleet.Hosting;

/// <summary>A host cannot start. The message says what is wrong and what to do; it is meant for the person at the console.</summary>
public sealed class StartException : Exception
{
    public StartException(string message) : base(message) { }

    public StartException(string message, Exception inner) : base(message, inner) { }

    public StartException() { }
}
