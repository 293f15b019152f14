using GraphQL.DataLoader;

namespace Mailfleet.Api.GraphQL.Batching;

/// <summary>Reads what many fields of one level ask for in one call. The executor collects the fields' results before it waits for the first of them.</summary>
internal sealed class BatchLoader<TKey, TValue>(Func<IReadOnlyCollection<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> fetch)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private Batch? _open;

    /// <summary>Resolves to the key's value, or to default when the call did not return one.</summary>
    public IDataLoaderResult Load(TKey key)
    {
        lock (_lock)
        {
            _open ??= new Batch(this);
            _open.Keys.Add(key);
            return new Result(_open, key);
        }
    }

    private sealed class Batch(BatchLoader<TKey, TValue> loader)
    {
        private Task<IReadOnlyDictionary<TKey, TValue>>? _values;

        public HashSet<TKey> Keys { get; } = [];

        public Task<IReadOnlyDictionary<TKey, TValue>> ReadAsync(CancellationToken cancellationToken)
        {
            lock (loader._lock)
            {
                if (loader._open == this)
                    loader._open = null; // who asks from now on joins the next call
                return _values ??= loader.Fetch(Keys, cancellationToken);
            }
        }
    }

    private Task<IReadOnlyDictionary<TKey, TValue>> Fetch(HashSet<TKey> keys, CancellationToken cancellationToken) => fetch(keys, cancellationToken);

    private sealed class Result(Batch batch, TKey key) : IDataLoaderResult
    {
        public async Task<object?> GetResultAsync(CancellationToken cancellationToken = default)
        {
            IReadOnlyDictionary<TKey, TValue> values = await batch.ReadAsync(cancellationToken);
            return values.TryGetValue(key, out TValue? value) ? value : default;
        }
    }
}
