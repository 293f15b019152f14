using MimeKit;
using MimeKit.Utils;

namespace Mailfleet.Message.Summaries;

/// <summary>Collects an envelope from header fields as they come. Of a field that may stand once, the first counts, as most readers have it.</summary>
internal sealed class EnvelopeBuilder(KeptText text)
{
    private const int WeightOfAddress = 32;

    private static readonly ParserOptions Lenient = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Looser,
        AllowAddressesWithoutDomain = true,
        AllowUnquotedCommasInAddresses = true,
    };

    private readonly HashSet<HeaderId> _seen = [];
    private MessageEnvelope _envelope = MessageEnvelope.Empty;

    public MessageEnvelope Build() => text.IsCut ? _envelope with { IsCut = true } : _envelope;

    public void Add(Header header)
    {
        if (header.Id is not (HeaderId.Date or HeaderId.Subject or HeaderId.From or HeaderId.Sender or HeaderId.ReplyTo or HeaderId.To or HeaderId.Cc or HeaderId.Bcc
            or HeaderId.MessageId or HeaderId.InReplyTo or HeaderId.References) || !_seen.Add(header.Id))
            return;
        _envelope = header.Id switch
        {
            HeaderId.Date => _envelope with { Date = text.Keep(header.Value), SentAt = DateUtils.TryParse(header.RawValue, out DateTimeOffset date) ? date : null },
            HeaderId.Subject => _envelope with { Subject = text.Keep(header.Value) },
            HeaderId.From => _envelope with { From = Addresses(header) },
            HeaderId.Sender => _envelope with { Sender = Addresses(header) },
            HeaderId.ReplyTo => _envelope with { ReplyTo = Addresses(header) },
            HeaderId.To => _envelope with { To = Addresses(header) },
            HeaderId.Cc => _envelope with { Cc = Addresses(header) },
            HeaderId.Bcc => _envelope with { Bcc = Addresses(header) },
            HeaderId.MessageId => _envelope with { MessageId = Ids(header).FirstOrDefault() },
            HeaderId.InReplyTo => _envelope with { InReplyTo = Ids(header) },
            _ => _envelope with { References = Ids(header) },
        };
    }

    private List<EnvelopeAddress> Addresses(Header header)
    {
        List<EnvelopeAddress> addresses = [];
        if (InternetAddressList.TryParse(Lenient, header.RawValue, out InternetAddressList? list))
            Add(list, group: null, addresses);
        else if (text.Keep(header.Value) is { Length: > 0 } whole)
            addresses.Add(new EnvelopeAddress(null, whole));            // no address to any reader, but what people see
        return addresses;
    }

    private void Add(InternetAddressList list, string? group, List<EnvelopeAddress> addresses)
    {
        foreach (InternetAddress address in list)
        {
            if (!text.TryTake(WeightOfAddress))
                return;
            if (address is MailboxAddress mailbox)
                addresses.Add(new EnvelopeAddress(NullIfEmpty(text.Keep(mailbox.Name)), text.Keep(mailbox.Address) ?? "", group));
            else if (address is GroupAddress { Members.Count: > 0 } full)
                Add(full.Members, text.Keep(full.Name), addresses);
            else
                addresses.Add(new EnvelopeAddress(null, "", text.Keep(address.Name) ?? ""));
        }
    }

    private List<string> Ids(Header header)
    {
        List<string> ids = [];
        foreach (string id in MimeUtils.EnumerateReferences(header.RawValue, 0, header.RawValue.Length))
        {
            if (!text.TryTake(WeightOfAddress))
                break;
            ids.Add(text.Keep(id) ?? "");
        }

        return ids;
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
