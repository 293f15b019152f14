using System.Collections.Concurrent;
using Mailfleet.Tenancy;

namespace Mailfleet.Api.Security;

/// <summary>
/// How much one token, or one person's browser, may ask of this host: a bucket of requests that refills steadily. A costly request takes more than one,
/// afterwards, so it may leave a debt.
/// </summary>
internal sealed class RateLimits(ApiOptions options, TimeProvider clock)
{
    private const int BurstSeconds = 10;        // a program that was idle may catch up
    private const int MostBuckets = 10_000;     // then full ones are forgotten: who has asked for nothing for a while

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    private double Capacity => options.RequestsPerSecond * BurstSeconds;

    /// <summary>True when one more request is within the limit; otherwise how long until it is.</summary>
    public bool TryTake(Actor actor, out TimeSpan retryAfter)
    {
        Bucket bucket = Of(actor);
        lock (bucket)
        {
            Refill(bucket);
            bool isWithin = bucket.Left >= 1;
            if (isWithin)
                bucket.Left--;
            retryAfter = isWithin ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - bucket.Left) / options.RequestsPerSecond);
            return isWithin;
        }
    }

    /// <summary>Takes what a request has turned out to cost beyond the first.</summary>
    public void Charge(Actor actor, double requests)
    {
        Bucket bucket = Of(actor);
        lock (bucket)
            bucket.Left = Math.Max(-Capacity, bucket.Left - requests);
    }

    private Bucket Of(Actor actor)
    {
        if (_buckets.Count > MostBuckets)
            Forget();
        return _buckets.GetOrAdd(actor.Id ?? actor.Login, _ => new Bucket { Left = Capacity, At = clock.GetTimestamp() });
    }

    private void Forget()
    {
        foreach ((string key, Bucket bucket) in _buckets)
        {
            lock (bucket)
            {
                Refill(bucket);
                if (bucket.Left >= Capacity)
                    _buckets.TryRemove(key, out _);
            }
        }
    }

    private void Refill(Bucket bucket)
    {
        long now = clock.GetTimestamp();
        bucket.Left = Math.Min(Capacity, bucket.Left + clock.GetElapsedTime(bucket.At, now).TotalSeconds * options.RequestsPerSecond);
        bucket.At = now;
    }

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long At { get; set; }
    }
}
