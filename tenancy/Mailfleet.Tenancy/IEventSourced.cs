namespace Mailfleet.Tenancy;

/// <summary>State that is folded from its stream's events.</summary>
public interface IEventSourced<TSelf> where TSelf : class, IEventSourced<TSelf>
{
    /// <summary>The state after one more event. An event it does not know changes nothing: a newer release may have written it.</summary>
    static abstract TSelf? Apply(TSelf? state, object change);
}
