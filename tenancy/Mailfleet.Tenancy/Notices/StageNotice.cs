using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Lifecycle;

namespace Mailfleet.Tenancy.Notices;

/// <summary>Tells a customer's owner what time will do to them.</summary>
internal static class StageNotice
{
    /// <summary>The key names customer, stage and moment: whoever announces twice sends once.</summary>
    public static Injection Write(Customer customer, CustomerStageAnnounced announced, string owner, int number, string host, DateTimeOffset now)
    {
        string day = announced.DueAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        string key = $"stage-{customer.Id}-{announced.Next}-{announced.DueAt.ToUnixTimeSeconds()}-{number}";
        string text =
            $"""
            To the owner of {customer.Name},

            on {day} (UTC) this will change for your mail: {Effect(announced.Next)}

            Nothing is lost by then. To keep your mail as it is, see to your account or write to whoever sold it to you.
            """;
        return new Injection(key, [owner], NoticeText.Write(host, key, owner, $"{customer.Name}: your mail service changes on {day}", text, now));
    }

    private static string Effect(CustomerStage next) => next switch
    {
        CustomerStage.PastDue => "your trial or your paid time ends. All works on for a while.",
        CustomerStage.SendingBlocked => "your users can no longer send. They still receive and read.",
        CustomerStage.AccessBlocked => "your users can no longer log in. Mail is still received for them.",
        CustomerStage.Deferring => "mail to you is no longer taken; senders are asked to try again later.",
        CustomerStage.Rejecting => "mail to you is refused for good.",
        CustomerStage.ExportOnly => "your users can log in again to read and fetch what is there. Nothing comes in or goes out.",
        CustomerStage.Purged => "all your mail is deleted. Fetch before then what you want to keep.",
        _ => throw new ArgumentOutOfRangeException(nameof(next), next, "Time does not lead there."),
    };
}
