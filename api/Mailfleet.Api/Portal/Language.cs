using Mailfleet.Api.Portal.Texts;
using Microsoft.Net.Http.Headers;

namespace Mailfleet.Api.Portal;

/// <summary>A language of the portal.</summary>
/// <param name="Code">BCP 47 tag, as the sign-up keeps it.</param>
/// <param name="Name">In the language itself.</param>
internal sealed record Language(string Code, string Name, Text Text)
{
    public const string QueryKey = "lang";
    public const string CookieName = "mailfleet-api-lang"; // cookies ignore ports: webmail on the same host has its own

    public static readonly Language English = new("en", "English", new English());
    public static readonly Language Chinese = new("zh-Hans", "简体中文", new Chinese());
    public static readonly IReadOnlyList<Language> All = [English, Chinese];

    /// <summary>What the visitor asked for: in the address, else earlier (cookie), else in the browser's settings.</summary>
    public static Language Of(HttpRequest request) =>
        Chosen(request) ?? Find(request.Cookies[CookieName]) ?? Preferred(request) ?? English;

    /// <summary>The language named in the address, if it is one of ours.</summary>
    public static Language? Chosen(HttpRequest request) => Find(request.Query[QueryKey]);

    private static Language? Find(string? code) => All.FirstOrDefault(language => language.Code == code);

    private static Language? Preferred(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out IList<StringWithQualityHeaderValue>? wanted)
            ? wanted.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1).Select(value => Match(value.Value)).FirstOrDefault(match => match is not null)
            : null;

    // Lookup by the primary subtag (RFC 4647 §3.4 cut short): any Chinese reader is served better by Simplified than by English.
    private static Language? Match(Microsoft.Extensions.Primitives.StringSegment tag)
    {
        string primary = tag.ToString().Split('-')[0];
        return All.FirstOrDefault(language => language.Code.Split('-')[0].Equals(primary, StringComparison.OrdinalIgnoreCase));
    }
}
