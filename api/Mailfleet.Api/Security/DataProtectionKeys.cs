using Mailfleet.Api.Storage;
using Mailfleet.Tenancy.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Mailfleet.Api.Security;

/// <summary>
/// Keys behind antiforgery tokens and cookies: kept in the control database so that any number of api hosts honour each other's, and sealed there
/// with tenancy's sealing keys.
/// </summary>
internal static class DataProtectionKeys
{
    public static IServiceCollection AddDataProtectionKeys(this IServiceCollection services)
    {
        services.AddSingleton<DataProtectionKeyTable>();
        services.AddHostedService(provider => provider.GetRequiredService<DataProtectionKeyTable>()); // before data protection's own, which reads the table
        services.AddDataProtection().SetApplicationName("mailfleet-api");
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeyTable>((options, table) =>
        {
            options.XmlRepository = table;
            // The table seals whole rows. An encryptor of ours would write its type's name and version into each key, which an older release cannot load.
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        return services;
    }
}
