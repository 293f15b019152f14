namespace Mailfleet.Api.Portal;

/// <summary>The sign-up portal: static Razor components, no JavaScript needed.</summary>
internal static class PortalPages
{
    public static IServiceCollection AddPortal(this IServiceCollection services) => services;

    public static void MapPortal(this WebApplication app) => ArgumentNullException.ThrowIfNull(app);
}
