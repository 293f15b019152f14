using System.Globalization;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Portal.Texts;

internal sealed partial class English : Text
{
    public override string Tagline => "Hosted e-mail on your own name";
    public override string SkipToContent => "Skip to content";
    public override string LanguageSwitch => "Language";
    public override string StartTrial => "Start the free trial";
    public override string FooterNote => "Works without JavaScript. No tracking, no third parties.";

    public override string HomeTitle => "Hosted e-mail for organisations";
    public override string HomeHeadline => "Mail on your own name, in three minutes";
    public override string HomeLead => "Name your company, choose a domain, make the first mailbox. Then open your mail program and write.";
    public override string HomeNoCard => "Free to try. No payment details.";
    public override string HomeExample => "you@your-own.example";
    public override string HomeGreeting => "Greetings from our new address! Write soon.";
    public override string StepsTitle => "How it works";
    public override string Step1Title => "Say who you are";
    public override string Step1 => "The name of your company, school or office. Nothing else about you is needed.";
    public override string Step2Title => "Choose a domain";
    public override string Step2(string hostName) => $"Bring your own, or take a free name that ends in {hostName} and works at once.";
    public override string Step3Title => "Connect your mail program";
    public override string Step3 => "The last page shows server, ports and DNS records, ready to copy.";
    public override string ForWhomTitle => "Made for people who have other work to do";
    public override string CompaniesTitle => "Companies";
    public override string Companies => "One address for sales, one for support, one for each colleague, all on the name your customers know.";
    public override string SchoolsTitle => "Schools";
    public override string Schools => "Mailboxes for teachers and the office, and no server in the cupboard to look after.";
    public override string OfficesTitle => "Public offices";
    public override string Offices => "Open standards only: the mail program you use today keeps working, and nothing locks you in.";
    public override string PlansTitle => "One plan to begin with";
    public override string TrialName => "Free trial";
    public override string TrialDomain(string hostName) => $"Your own domain, or a free name in {hostName}";
    public override string TrialClients => "Outlook, Thunderbird, Apple Mail and phones connect";
    public override string TrialTls => "Encrypted connections for sending and reading";
    public override string TrialSafety => "A message counts as received only when it is safe on disk";

    public override string SignUpTitle => "Create your mail";
    public override string SignUpLead => "Six questions, one of them optional. With a free name the mailbox works right afterwards.";
    public override string Optional => "optional";
    public override string Company => "Company or organisation";
    public override string CompanyHint => "The name you do business under.";
    public override string Plan => "Plan";
    public override string PlanTrialNote => "Costs nothing, asks for no payment details.";
    public override string Domain => "Domain";
    public override string DomainHint(string hostName) => $"The part after the @. For a free one that works at once, choose any name in front of {hostName}. For your own, type it in full. For example:";
    public override string DomainPattern => "A full name with at least one dot and no spaces";
    public override string Mailbox => "First mailbox";
    public override string MailboxHint => "The part before the @, such as info or your first name. With its password you also manage the account.";
    public override string MailboxSuffix => "@ your domain";
    public override string MailboxPattern => "Only the part before the @, without spaces";
    public override string Password => "Password";
    public override string PasswordHint(int minLength) => $"At least {minLength} characters. Longer is better than complicated: four unrelated words are easy to remember and hard to guess.";
    public override string Email => "Contact address";
    public override string EmailHint => "An address you already have, so that we can reach you when this mailbox does not work.";
    public override string Submit => "Create mailbox";
    public override string SubmitNote => "The next page shows how to connect your mail program.";
    public override string ErrorPrefix => "Error";
    public override string ErrorSummary => "Please correct this";
    public override string FormNotRecognised =>
        "This form was open too long, or your browser did not send its cookie back. What you typed is still here: type the password again and send the form once more. If this message returns, allow cookies for this site.";

    public override string? Explain(ErrorCode code, string? field, bool isBlank) => (code, field) switch
    {
        (ErrorCode.Invalid, SignUpFields.Company) when isBlank => "Type the name of your company or organisation.",
        (ErrorCode.Invalid, SignUpFields.Company) => "Type a shorter name, without line breaks or control characters.",
        (ErrorCode.Invalid or ErrorCode.NotFound or ErrorCode.Forbidden, SignUpFields.Plan) => "Choose one of the plans shown.",
        (ErrorCode.Invalid, SignUpFields.Domain) when isBlank => "Type the domain you want to use.",
        (ErrorCode.Invalid, SignUpFields.Domain) => "Type a full domain name: letters, digits and hyphens, with dots between the parts.",
        (ErrorCode.Invalid, SignUpFields.Mailbox) when isBlank => "Type the name of the first mailbox.",
        (ErrorCode.Invalid, SignUpFields.Mailbox) => "Type only the part before the @: letters, digits, dots, hyphens and underscores, no spaces.",
        (ErrorCode.Invalid or ErrorCode.PasswordTooWeak, SignUpFields.Password) when isBlank => "Choose a password.",
        (ErrorCode.Invalid, SignUpFields.Password) => "This password cannot be used. Choose another one.",
        (ErrorCode.Invalid, SignUpFields.Email) => "Type a full address such as name@example.org, or leave the field empty.",
        (ErrorCode.DomainTaken, _) => "This domain is already in use here. Choose another one.",
        (ErrorCode.DomainReserved, _) => "This name is reserved. Choose another one.",
        (ErrorCode.DomainNotProven, _) => "We cannot see the TXT record yet. New records can take from a few minutes to an hour to spread; check again then.",
        (ErrorCode.AddressTaken, _) => "This mailbox exists already. Choose another name.",
        (ErrorCode.PasswordTooWeak, _) => "This password is too short or too well known. Choose a longer one that is not the address, for example four unrelated words.",
        (ErrorCode.LoginTaken, _) => "Somebody already logs in with this address. Choose another name for the mailbox.",
        (ErrorCode.CustomerLimitReached or ErrorCode.DomainLimitReached or ErrorCode.MailboxLimitReached or ErrorCode.StorageLimitReached or ErrorCode.LimitOvercommitted, _) =>
            "There is no room for more here at the moment. Write to us, and we make some.",
        (ErrorCode.PlanNameTaken, _) => "There is a plan of this name.",
        (ErrorCode.CustomerPurged, _) => "This account has been deleted.",
        (ErrorCode.AddressReserved, _) => "This name is the mail system's own. Choose another name.",
        (ErrorCode.AliasLoop, _) => "It leads back to itself.",
        (ErrorCode.AliasTooDeep, _) => "Mail would go through too many aliases.",
        (ErrorCode.JobState, _) => "The job cannot do this now.",
        (ErrorCode.ConsentNeeded, _) => "The customer has not consented.",
        (ErrorCode.Throttled, _) => "Too many attempts. Wait a few minutes, then try again.",
        (ErrorCode.Conflict, _) => "Somebody changed this at the same moment. Please send the form again.",
        (ErrorCode.Forbidden, _) => "This is not allowed.",
        (ErrorCode.NotFound, _) => "This does not exist any more. Please sign up again.",
        (ErrorCode.Invalid, _) => "Something in the form cannot be used as it stands. Please check it.",
        _ => null,
    };

    public override string LiveTitle => "Your mailbox is ready";
    public override string Live(string address) => $"{address} sends and receives mail from now on.";
    public override string MakingTitle => "Your mailbox is being made";
    public override string Making => "This takes a few seconds. The page looks again by itself.";
    public override string ProofTitle(string domain) => $"One step left: show that {domain} is yours";
    public override string Proof => "Add the TXT record below where your domain's DNS is managed, then check. The mailbox starts to work as soon as the record is seen.";
    public override string ProofUntil(DateTimeOffset at) =>
        $"The name is kept for you until {at.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC, then it is free again.";
    public override string ExpiredTitle => "This sign-up has expired";
    public override string Expired(string domain) => $"The TXT record for {domain} was not seen in time, so the name is free again and nothing was kept. You are welcome to start over.";
    public override string SignUpAgain => "Sign up again";
    public override string KeepThisPage => "Keep the address of this page: it is the only way back here, and whoever has it can see this page.";
    public override string Account => "Your account";
    public override string CompanyName => "Company";
    public override string Address => "Mail address";
    public override string CheckNow => "Check now";
    public override string CheckNote => "We look the record up at once, with a fresh query.";
    public override string ProofRecord => "Proof that the domain is yours";
    public override string ProofRecordNote => "You may delete this record once the domain is confirmed.";
    public override string DnsTitle => "DNS records";
    public override string DnsNothing(string hostName) => $"Nothing to do: names in {hostName} are set up already.";
    public override string DnsLead => "Set these where your domain's DNS is managed, usually with the company you bought it from.";
    public override string MxRecord => "Where mail for your domain goes";
    public override string MxRecordNote => "Replace all other MX records. From that moment your mail arrives here.";
    public override string SpfRecord => "Who may send mail from your domain";
    public override string SpfRecordNote => "If a record that starts with v=spf1 exists already, add mx to it instead of making a second one.";
    public override string RecordType => "Type";
    public override string RecordName => "Name";
    public override string RecordValue => "Value";
    public override string RecordPriority => "Priority";
    public override string CopyNote => "A tap or click selects the whole value.";
    public override string ClientsTitle => "Connect your mail program";
    public override string ClientsLead => "Most programs ask for these when you add an account by hand.";
    public override string ClientsLater => "These settings work as soon as the domain is confirmed.";
    public override string Server => "Server";
    public override string UserName => "User name";
    public override string PasswordReminder => "the one you chose";
    public override string Service => "Service";
    public override string Port => "Port";
    public override string Security => "Security";
    public override string ReadByImap => "Reading (IMAP)";
    public override string ReadByPop3 => "Reading (POP3)";
    public override string Send => "Sending (SMTP)";

    public override string BackToStart => "Back to the start";

    public override string ErrorTitle(int status) => status switch
    {
        400 => "This request could not be read",
        403 => "This form was sent from another site",
        404 => "This page does not exist",
        405 => "This address works in another way",
        413 => "That was too much text",
        415 => "This kind of data is not understood here",
        429 => "Too many attempts",
        >= 500 => "Something went wrong on our side",
        _ => "That did not work",
    };

    public override string ErrorAdvice(int status) => status switch
    {
        400 or 415 => "Go back, reload the form and send it again.",
        403 => "Open the form here and send it again.",
        404 => "Perhaps the address was cut off when it was copied, or the sign-up it belonged to is long gone.",
        405 => "Open it as a page, without sending a form.",
        413 => "Go back and shorten what you typed.",
        429 => "Many forms came from your network in a short time. Wait ten minutes, then go back and send yours again.",
        >= 500 => "It has been recorded. Please try again in a few minutes; if you sent a form, you can send it again without harm.",
        _ => "Please go back and try again.",
    };
}
