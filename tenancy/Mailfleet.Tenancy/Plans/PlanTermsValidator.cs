using FluentValidation;
using Mailfleet.Cell.Door;

namespace Mailfleet.Tenancy.Plans;

internal sealed class PlanTermsValidator : AbstractValidator<PlanTerms>
{
    private const int MaxDays = 3650;
    private const long MaxAmount = 1L << 60;

    public PlanTermsValidator()
    {
        RuleFor(t => t.MailboxQuotaBytes).InclusiveBetween(0, 1L << 50);
        RuleFor(t => t.MaxDomains).InclusiveBetween(0, MaxAmount);
        RuleFor(t => t.MaxMailboxes).InclusiveBetween(0, MaxAmount);
        RuleFor(t => t.MaxBytes).InclusiveBetween(0, MaxAmount);
        RuleFor(t => t.TrialDays).InclusiveBetween(1, MaxDays);
        RuleFor(t => t.PastDueDays).InclusiveBetween(0, MaxDays);
        RuleFor(t => t.SendingBlockedDays).InclusiveBetween(0, MaxDays);
        RuleFor(t => t.AccessBlockedDays).InclusiveBetween(0, MaxDays);
        RuleFor(t => t.DeferringDays).InclusiveBetween(0, MaxDays);
        RuleFor(t => t.RejectingDays).InclusiveBetween(0, MaxDays);
        RuleFor(t => t.ExportOnlyDays).InclusiveBetween(1, MaxDays); // the last chance to fetch one's mail is never skipped
        RuleFor(t => t.NoticeDays).InclusiveBetween(0, 90);
        RuleFor(t => t.RefusalText)
            .Must(text => text is null || (text.Length is > 0 and <= DesiredCustomer.MaxRefusalText && text.All(c => c is >= ' ' and <= '~')))
            .WithMessage($"A refusal text is 1 to {DesiredCustomer.MaxRefusalText} printable ASCII characters: servers all over the world read it.");
    }
}
