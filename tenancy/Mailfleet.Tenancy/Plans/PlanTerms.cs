using System.Text.Json.Serialization;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Tenancy.Plans;

/// <summary>
/// What a plan says, or what is pinned for one customer; null leaves it to the plan below. What nobody says is in <see cref="Defaults"/>. Days are whole.
/// </summary>
public sealed record PlanTerms
{
    /// <summary>
    /// A month to try; two weeks between steps, so that a holiday does not cost anybody their mail; a week of deferring, because senders give up after five
    /// days; a month each to be found by senders and to fetch what is there. No limits: those come from plans.
    /// </summary>
    public static PlanTerms Defaults { get; } = new()
    {
        TrialDays = 30,
        PastDueDays = 14,
        SendingBlockedDays = 14,
        AccessBlockedDays = 14,
        DeferringDays = 7,
        RejectingDays = 30,
        ExportOnlyDays = 30,
        NoticeDays = 7,
    };

    public static PlanTerms Nothing { get; } = new();

    /// <summary>Size of a mailbox when none is asked for.</summary>
    public long? MailboxQuotaBytes { get; init; }

    public long? MaxDomains { get; init; }

    public long? MaxMailboxes { get; init; }

    /// <summary>Bytes of quota over all mailboxes.</summary>
    public long? MaxBytes { get; init; }

    public int? TrialDays { get; init; }

    public int? PastDueDays { get; init; }

    public int? SendingBlockedDays { get; init; }

    public int? AccessBlockedDays { get; init; }

    public int? DeferringDays { get; init; }

    public int? RejectingDays { get; init; }

    public int? ExportOnlyDays { get; init; }

    /// <summary>How long before it a change is announced.</summary>
    public int? NoticeDays { get; init; }

    /// <summary>What senders are told while mail is deferred or refused.</summary>
    public string? RefusalText { get; init; }

    [JsonIgnore]
    public bool IsEmpty => this == Nothing;

    /// <summary>These terms, and the others' where these say nothing.</summary>
    public PlanTerms Over(PlanTerms below) => new()
    {
        MailboxQuotaBytes = MailboxQuotaBytes ?? below.MailboxQuotaBytes,
        MaxDomains = MaxDomains ?? below.MaxDomains,
        MaxMailboxes = MaxMailboxes ?? below.MaxMailboxes,
        MaxBytes = MaxBytes ?? below.MaxBytes,
        TrialDays = TrialDays ?? below.TrialDays,
        PastDueDays = PastDueDays ?? below.PastDueDays,
        SendingBlockedDays = SendingBlockedDays ?? below.SendingBlockedDays,
        AccessBlockedDays = AccessBlockedDays ?? below.AccessBlockedDays,
        DeferringDays = DeferringDays ?? below.DeferringDays,
        RejectingDays = RejectingDays ?? below.RejectingDays,
        ExportOnlyDays = ExportOnlyDays ?? below.ExportOnlyDays,
        NoticeDays = NoticeDays ?? below.NoticeDays,
        RefusalText = RefusalText ?? below.RefusalText,
    };

    /// <summary>Days that a customer stays in a stage; null where time alone changes nothing.</summary>
    public int? DaysOf(CustomerStage stage) => stage switch
    {
        CustomerStage.Trial => TrialDays,
        CustomerStage.PastDue => PastDueDays,
        CustomerStage.SendingBlocked => SendingBlockedDays,
        CustomerStage.AccessBlocked => AccessBlockedDays,
        CustomerStage.Deferring => DeferringDays,
        CustomerStage.Rejecting => RejectingDays,
        CustomerStage.ExportOnly => ExportOnlyDays,
        _ => null,
    };

    public long? LimitOf(PoolKind kind) => kind switch
    {
        PoolKind.Domains => MaxDomains,
        PoolKind.Mailboxes => MaxMailboxes,
        PoolKind.Bytes => MaxBytes,
        _ => null,
    };
}
