using System.Collections.Concurrent;

namespace Mailfleet.Api.GraphQL.Batching;

/// <summary>The loaders of one request.</summary>
internal sealed class BatchLoaders
{
    private readonly ConcurrentDictionary<object, object> _loaders = new();

    /// <param name="identity">Fields with an equal identity share calls: what is read, with which arguments.</param>
    public BatchLoader<TKey, TValue> For<TKey, TValue>(
        object identity, Func<IReadOnlyCollection<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> fetch) where TKey : notnull =>
        (BatchLoader<TKey, TValue>)_loaders.GetOrAdd(identity, _ => new BatchLoader<TKey, TValue>(fetch));
}
