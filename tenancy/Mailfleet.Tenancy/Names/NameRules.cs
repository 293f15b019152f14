using FluentValidation;

namespace Mailfleet.Tenancy.Names;

internal static class NameRules
{
    public static IRuleBuilderOptionsConditions<T, string> IsDomainName<T>(this IRuleBuilder<T, string> rule) => rule.Custom((text, context) =>
    {
        if (!DomainName.TryParse(text, out _, out string? fault))
            context.AddFailure(fault);
    });

    public static IRuleBuilderOptionsConditions<T, string> IsLocalPart<T>(this IRuleBuilder<T, string> rule) => rule.Custom((text, context) =>
    {
        if (!LocalPart.TryParse(text, out _, out string? fault))
            context.AddFailure(fault);
    });
}
