using System.Text;
using MimeKit.IO.Filters;
using MimeKit.Text;

namespace Mailfleet.Message.Summaries;

/// <summary>The beginning of a text part, decoded, on one line.</summary>
internal static class PreviewText
{
    /// <param name="encoded">The front of the body as it stands in the message.</param>
    public static string Of(PartStructure part, byte[] encoded, int characters)
    {
        IMimeFilter decoder = DecoderFilter.Create(part.Encoding ?? "");
        byte[] decoded = decoder.Flush(encoded, 0, encoded.Length, out int index, out int length);
        string text = Charset.Decode(part.Parameters.FirstOrDefault(parameter => parameter.Name == "charset")?.Value, decoded.AsSpan(index, length));
        return Line(part.Is("text", "html") ? TextOf(text) : text, characters);
    }

    private static string TextOf(string html)
    {
        HtmlTokenizer tokenizer = new(new StringReader(html)) { DecodeCharacterReferences = true };
        StringBuilder text = new();
        int hidden = 0;
        while (tokenizer.ReadNextToken(out HtmlToken? token))
        {
            switch (token)
            {
                case HtmlTagToken tag when tag.Id is HtmlTagId.Head or HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title:
                    if (!tag.IsEmptyElement)
                        hidden = Math.Max(0, hidden + (tag.IsEndTag ? -1 : 1));
                    break;
                case HtmlTagToken { Id: HtmlTagId.Body }:
                    hidden = 0;                 // a head that nobody closed
                    break;
                case HtmlTagToken:
                    text.Append(' ');
                    break;
                case HtmlDataToken data when hidden == 0 && data.Kind == HtmlTokenKind.Data:
                    text.Append(data.Data);
                    break;
            }
        }

        return text.ToString();
    }

    private static string Line(string text, int characters)
    {
        StringBuilder line = new();
        bool isSpaceDue = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                isSpaceDue = line.Length > 0;
                continue;
            }

            // Invisible characters with which senders of newsletters pad their previews, and halves of a character at the cut.
            if (rune.Value is 0x034F or 0x00AD or 0x200B or 0x200C or 0xFEFF or 0xFFFD)
                continue;
            if (line.Length + rune.Utf16SequenceLength + (isSpaceDue ? 1 : 0) > characters)
                break;
            if (isSpaceDue)
                line.Append(' ');
            isSpaceDue = false;
            line.Append(rune.ToString());
        }

        return line.ToString();
    }
}
