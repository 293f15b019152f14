namespace Mailfleet.Testing;

/// <summary>Waits for a condition instead of for a time.</summary>
public static class Eventually
{
    /// <summary>Asks again until the answer is yes; fails after a bound that a slow machine keeps by far.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        using CancellationTokenSource bound = new(within ?? TimeSpan.FromMinutes(1));
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            try
            {
                await pause.WaitForNextTickAsync(bound.Token);
            }
            catch (OperationCanceledException problem)
            {
                throw new TimeoutException($"Within {within ?? TimeSpan.FromMinutes(1)} this did not come true: {what}", problem);
            }
        }
    }
}
