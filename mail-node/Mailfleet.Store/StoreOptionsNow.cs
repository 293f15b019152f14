namespace Mailfleet.Store;

/// <summary>The options in force, replaced whole. Who goes by several of them in one piece of work reads them once.</summary>
internal sealed class StoreOptionsNow(StoreOptions options)
{
    private volatile StoreOptions _value = options;

    public StoreOptions Value
    {
        get => _value;
        set => _value = value;
    }
}
