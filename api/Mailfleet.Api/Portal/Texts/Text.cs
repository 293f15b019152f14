using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Api.Portal.Texts;

/// <summary>Every text of the portal. A language is one subclass, so a missing text does not compile.</summary>
internal abstract partial class Text
{
    /// <summary>The product's name, the same in every language.</summary>
    public const string Product = "Mailfleet";

    public const string OwnDomainExample = "your-own.example"; // RFC 2606 §2

    public static string FreeDomainExample(string hostName) => $"yourname.{hostName}";

    public abstract string Tagline { get; }
    public abstract string SkipToContent { get; }
    public abstract string LanguageSwitch { get; }
    public abstract string StartTrial { get; }
    public abstract string FooterNote { get; }

    // The page at /
    public abstract string HomeTitle { get; }
    public abstract string HomeHeadline { get; }
    public abstract string HomeLead { get; }
    public abstract string HomeNoCard { get; }
    public abstract string HomeExample { get; }
    public abstract string HomeGreeting { get; }
    public abstract string StepsTitle { get; }
    public abstract string Step1Title { get; }
    public abstract string Step1 { get; }
    public abstract string Step2Title { get; }
    public abstract string Step2(string hostName);
    public abstract string Step3Title { get; }
    public abstract string Step3 { get; }
    public abstract string ForWhomTitle { get; }
    public abstract string CompaniesTitle { get; }
    public abstract string Companies { get; }
    public abstract string SchoolsTitle { get; }
    public abstract string Schools { get; }
    public abstract string OfficesTitle { get; }
    public abstract string Offices { get; }
    public abstract string PlansTitle { get; }
    public abstract string TrialName { get; }
    public abstract string TrialDomain(string hostName);
    public abstract string TrialClients { get; }
    public abstract string TrialTls { get; }
    public abstract string TrialSafety { get; }

    // The form at /signup
    public abstract string SignUpTitle { get; }
    public abstract string SignUpLead { get; }
    public abstract string Optional { get; }
    public abstract string Company { get; }
    public abstract string CompanyHint { get; }
    public abstract string Plan { get; }
    public abstract string PlanTrialNote { get; }
    public abstract string Domain { get; }
    public abstract string DomainHint(string hostName);
    public abstract string DomainPattern { get; }
    public abstract string Mailbox { get; }
    public abstract string MailboxHint { get; }
    public abstract string MailboxSuffix { get; }
    public abstract string MailboxPattern { get; }
    public abstract string Password { get; }
    public abstract string PasswordHint(int minLength);
    public abstract string Email { get; }
    public abstract string EmailHint { get; }
    public abstract string Submit { get; }
    public abstract string SubmitNote { get; }
    public abstract string ErrorPrefix { get; }
    public abstract string ErrorSummary { get; }
    public abstract string FormNotRecognised { get; }

    /// <summary>What is wrong and what to do, or null when the language has no sentence for it.</summary>
    public abstract string? Explain(ErrorCode code, string? field, bool isBlank);

    // The page of one sign-up
    public abstract string LiveTitle { get; }
    public abstract string Live(string address);
    public abstract string MakingTitle { get; }
    public abstract string Making { get; }
    public abstract string ProofTitle(string domain);
    public abstract string Proof { get; }
    public abstract string ProofUntil(DateTimeOffset at);
    public abstract string ExpiredTitle { get; }
    public abstract string Expired(string domain);
    public abstract string SignUpAgain { get; }
    public abstract string KeepThisPage { get; }
    public abstract string Account { get; }
    public abstract string CompanyName { get; }
    public abstract string Address { get; }
    public abstract string CheckNow { get; }
    public abstract string CheckNote { get; }
    public abstract string ProofRecord { get; }
    public abstract string ProofRecordNote { get; }
    public abstract string DnsTitle { get; }
    public abstract string DnsNothing(string hostName);
    public abstract string DnsLead { get; }
    public abstract string MxRecord { get; }
    public abstract string MxRecordNote { get; }
    public abstract string SpfRecord { get; }
    public abstract string SpfRecordNote { get; }
    public abstract string RecordType { get; }
    public abstract string RecordName { get; }
    public abstract string RecordValue { get; }
    public abstract string RecordPriority { get; }
    public abstract string CopyNote { get; }
    public abstract string ClientsTitle { get; }
    public abstract string ClientsLead { get; }
    public abstract string ClientsLater { get; }
    public abstract string Server { get; }
    public abstract string UserName { get; }
    public abstract string PasswordReminder { get; }
    public abstract string Service { get; }
    public abstract string Port { get; }
    public abstract string Security { get; }
    public abstract string ReadByImap { get; }
    public abstract string ReadByPop3 { get; }
    public abstract string Send { get; }

    // Pages for what went wrong
    public abstract string BackToStart { get; }
    public abstract string ErrorTitle(int status);
    public abstract string ErrorAdvice(int status);
}
