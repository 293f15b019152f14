#pragma warning disable MA0009, MA0023 // the pages searched are our own
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>An answer, with what tests ask of its markup.</summary>
internal sealed record Html(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Source)
{
    public const string TokenField = "__RequestVerificationToken";

    public string Language => Regex.Match(Source, "<html lang=\"([^\"]+)\"").Groups[1].Value;

    public string Title => WebUtility.HtmlDecode(Regex.Match(Source, "<title>([^<]*)</title>").Groups[1].Value);

    public string Headline => WebUtility.HtmlDecode(Regex.Match(Source, "<h1>([^<]*)</h1>").Groups[1].Value);

    /// <summary>What a person reads: tags gone, entities resolved.</summary>
    public string Words => Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(Source, "<[^>]*>", " ")), @"\s+", " ");

    public string Token => Input(TokenField)["value"];

    public IReadOnlyList<string> InputNames => [.. Regex.Matches(Source, "<input[^>]* name=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];

    /// <summary>Attributes of an input; one without a value is empty, one that is absent is not in it.</summary>
    public Dictionary<string, string> Input(string name)
    {
        Match tag = Regex.Match(Source, $"<input[^>]* name=\"{name}\"[^>]*>");
        Assert.True(tag.Success, $"There is no input named {name}.");
        return Regex.Matches(tag.Value, "\\s([a-z-]+)(?:=\"([^\"]*)\")?").ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
    }

    /// <summary>The message beside a field, or null.</summary>
    public string? ErrorBeside(string field) =>
        Regex.Match(Source, $"id=\"{field}-error\">([^<]*)<") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    /// <summary>Lines of the summary: the field linked to, or empty, and the message.</summary>
    public IReadOnlyList<(string Field, string Message)> Summary
    {
        get
        {
            Match summary = Regex.Match(Source, "<section class=\"summary\".*?</section>", RegexOptions.Singleline);
            return [.. Regex.Matches(summary.Value, "<li>(?:<a href=\"#([a-z]+)\">)?([^<]+)").Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value).Trim()))];
        }
    }

    public string Header(string name) =>
        Headers.TryGetValues(name, out IEnumerable<string>? values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : string.Empty;
}
