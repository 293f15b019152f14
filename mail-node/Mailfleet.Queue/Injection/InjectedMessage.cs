namespace Mailfleet.Queue.Injection;

/// <summary>One message for one recipient that waits to be moved on.</summary>
public sealed record InjectedMessage(string Key, string Address, byte[] Content);
