using System.Net.Mail;
using FluentValidation;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.SignUps;

internal sealed class SignUpValidator : AbstractValidator<SignUp>
{
    public const string TrialPlan = "trial";

    private const int MaxEmailLength = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets

    public SignUpValidator()
    {
        RuleFor(c => c.Company).IsDisplayName();
        RuleFor(c => c.Plan).Equal(TrialPlan).WithMessage("There is no such plan.");
        RuleFor(c => c.Domain).IsDomainName();
        RuleFor(c => c.Mailbox).IsLocalPart();
        RuleFor(c => c.Password).IsStrongPassword(c => c.Mailbox);
        RuleFor(c => c.Email).Must(email => string.IsNullOrWhiteSpace(email) || IsAddress(email)).WithMessage("This is not an e-mail address.");
        RuleFor(c => c.Language).Must(language => language is "en" or "zh-Hans").WithMessage("Choose English or Chinese.");
    }

    // The whole text has to be the address: MailAddress alone would take a display name as well.
    private static bool IsAddress(string email) =>
        email.Length <= MaxEmailLength && MailAddress.TryCreate(email.Trim(), out MailAddress? address) && address.Address == email.Trim()
        && DomainName.TryParse(address.Host, out _, out _);
}
