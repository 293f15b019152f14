using System.Xml.Linq;
using Mailfleet.Api.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Mailfleet.Api.Security;

/// <summary>
/// Keys behind antiforgery tokens and cookies: kept in the control database so that any number of api hosts honour each other's, and sealed there.
/// </summary>
internal static class DataProtectionKeys
{
    public static IServiceCollection AddDataProtectionKeys(this IServiceCollection services)
    {
        services.AddSingleton<DataProtectionKeyTable>();
        services.AddSingleton(provider => SealingKeys.Load(provider.GetRequiredService<ApiOptions>().KeyDirectory));
        services.AddHostedService(provider => provider.GetRequiredService<DataProtectionKeyTable>()); // before data protection's own, which reads the table
        services.AddDataProtection().SetApplicationName("mailfleet-api");
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeyTable, SealingKeys>((options, table, keys) =>
        {
            options.XmlRepository = table;
            options.XmlEncryptor = new SealedXmlEncryptor(keys);
        });
        return services;
    }
}

internal sealed class SealedXmlEncryptor(SealingKeys keys) : IXmlEncryptor
{
    internal const string Purpose = "api.data_protection_key";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        byte[] secret = System.Text.Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(keys.Seal(secret, Purpose))), typeof(SealedXmlDecryptor));
    }
}

/// <summary>Made by data protection from the type's name in the stored XML: moving or renaming it makes stored keys unreadable.</summary>
internal sealed class SealedXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly SealingKeys _keys = services.GetRequiredService<SealingKeys>();

    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(System.Text.Encoding.UTF8.GetString(_keys.Unseal(Convert.FromBase64String(encryptedElement.Value), SealedXmlEncryptor.Purpose)));
}
