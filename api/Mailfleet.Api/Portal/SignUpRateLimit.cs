using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Mailfleet.Api.Portal;

/// <summary>Sign-ups cost names and password hashes, so a network gets a bucket of them: enough for typing errors and an office behind one address.</summary>
internal static class SignUpRateLimit
{
    public const string PolicyName = "sign-up";

    private static readonly TokenBucketRateLimiterOptions Bucket = new()
    {
        TokenLimit = 20,                                 // one visitor needs one to five posts
        TokensPerPeriod = 10,
        ReplenishmentPeriod = TimeSpan.FromMinutes(10),  // what the page for 429 says
        QueueLimit = 0,
    };

    public static IServiceCollection AddSignUpRateLimit(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (rejection, _) =>
        {
            rejection.HttpContext.Response.Headers.RetryAfter = Bucket.ReplenishmentPeriod.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        options.AddPolicy(PolicyName, context => Network(context.Connection.RemoteIpAddress) is { } network
            ? RateLimitPartition.GetTokenBucketLimiter(network, _ => Bucket)
            : RateLimitPartition.GetNoLimiter(string.Empty));
    });

    /// <summary>The unit that is counted: an IPv4 address or an IPv6 /64, which is what one subscriber has. Null for this machine itself.</summary>
    internal static string? Network(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // Only the plain loopback address: the rest of 127.0.0.0/8 plays foreign clients in attack tests.
        if (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback))
            return null;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
