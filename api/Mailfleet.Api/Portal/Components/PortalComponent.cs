using Mailfleet.Api.Portal.Texts;
using Microsoft.AspNetCore.Components;

namespace Mailfleet.Api.Portal.Components;

/// <summary>A component that speaks the visitor's language.</summary>
public abstract class PortalComponent : ComponentBase
{
    [Inject]
    private protected Visit Visit { get; init; } = null!;

    private protected Text Text => Visit.Text;
}
