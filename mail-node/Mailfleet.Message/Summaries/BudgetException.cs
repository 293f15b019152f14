namespace Mailfleet.Message.Summaries;

/// <summary>A message is beyond the budgets of its reading: the only way out of the parser's middle. Never leaves this namespace.</summary>
internal sealed class BudgetException() : Exception("A budget of reading a message is used up.");
