using System.Net;

namespace Mailfleet.Delivery.Resolving;

/// <summary>The two questions that mail asks DNS. Never throws but for cancellation.</summary>
public interface IMailDns
{
    Task<DnsAnswer<Exchanger>> FindExchangersAsync(string domain, CancellationToken cancellationToken);

    /// <summary>A and AAAA records; a fault of one is no fault while the other has some.</summary>
    Task<DnsAnswer<IPAddress>> FindAddressesAsync(string host, CancellationToken cancellationToken);
}
