namespace Mailfleet.Store.Checking;

/// <summary>One thing that is wrong with a cell's mail.</summary>
/// <param name="Text">What is wrong and where, for an operator.</param>
/// <param name="IsRepaired">The check has put it right.</param>
public sealed record StoreProblem(string Text, bool IsRepaired = false);
