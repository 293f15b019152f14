using System.Text;
using System.Text.Unicode;
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
    private readonly List<Header> _unlabelled = [];
    private MessageEnvelope _envelope = MessageEnvelope.Empty;
    private Encoding _encoding = Encoding.UTF8;

    /// <param name="charset">What the message's text is written in: old programs write their headers in it too, and do not say so.</param>
    public MessageEnvelope Build(string? charset)
    {
        _encoding = Charset.Find(charset) ?? Encoding.Latin1;
        foreach (Header header in _unlabelled)
            Read(header);
        return text.IsCut ? _envelope with { IsCut = true } : _envelope;
    }

    public void Add(Header header)
    {
        if (header.Id is not (HeaderId.Date or HeaderId.Subject or HeaderId.From or HeaderId.Sender or HeaderId.ReplyTo or HeaderId.To or HeaderId.Cc or HeaderId.Bcc
            or HeaderId.MessageId or HeaderId.InReplyTo or HeaderId.References) || !_seen.Add(header.Id))
            return;
        if (Utf8.IsValid(header.RawValue))
            Read(header);
        else
            _unlabelled.Add(header);
    }

    private void Read(Header header) =>
        _envelope = header.Id switch
        {
            HeaderId.Date => _envelope with { Date = text.Keep(header.GetValue(_encoding)), SentAt = DateUtils.TryParse(header.RawValue, out DateTimeOffset date) ? date : null },
            HeaderId.Subject => _envelope with { Subject = text.Keep(header.GetValue(_encoding)) },
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

    private List<EnvelopeAddress> Addresses(Header header)
    {
        List<EnvelopeAddress> addresses = [];
        InternetAddressList? list;

        // Decoded before it is cut: half of a Big5 character may be a backslash or a quote.
        bool isRead = Utf8.IsValid(header.RawValue)
            ? InternetAddressList.TryParse(Lenient, header.RawValue, out list)
            : InternetAddressList.TryParse(Lenient, _encoding.GetString(header.RawValue), out list);
        if (isRead)
            Add(list!, group: null, addresses);
        else if (text.Keep(header.GetValue(_encoding)) is { Length: > 0 } whole)
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
