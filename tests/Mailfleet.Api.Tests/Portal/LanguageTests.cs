#pragma warning disable MA0009, MA0023 // the pages searched are our own
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Portal.Texts;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Api.Tests.Portal;

public sealed class LanguageTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static readonly Text English = Language.English.Text;
    private static readonly Text Chinese = Language.Chinese.Text;

    [Theory]
    [InlineData("en", "/", "en")]
    [InlineData("fr-FR, de;q=0.5", "/", "en")]
    [InlineData("zh", "/", "zh-Hans")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "/", "zh-Hans")]
    [InlineData("zh-TW", "/", "zh-Hans")]
    [InlineData("en;q=0.3, ZH-hans-cn;q=0.7", "/", "zh-Hans")]
    [InlineData("zh;q=0, en;q=0.1", "/", "en")]
    [InlineData("fr, en;q=0.5, zh;q=0.4", "/", "en")]
    [InlineData("*", "/", "en")]
    [InlineData("en", "/?lang=zh-Hans", "zh-Hans")]
    [InlineData("zh", "/?lang=en", "en")]
    [InlineData("zh", "/?lang=xx", "zh-Hans")]
    [InlineData("zh", "/signup", "zh-Hans")]
    [InlineData("zh", "/nowhere", "zh-Hans")]
    public async Task ChoosesByAddressThenByTheBrowser(string browser, string path, string expected)
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site, browser);

        Html page = await visitor.GetAsync(path);

        Assert.Equal(expected, page.Language);
        Assert.Equal(expected, page.Header("Content-Language"));
    }

    [Fact]
    public async Task RemembersTheChoiceInACookieOfItsOwn()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site, "en");

        Html first = await visitor.GetAsync("/?lang=zh-Hans");
        Html second = await visitor.GetAsync("/signup");

        Assert.Equal("zh-Hans", second.Language);
        string cookie = first.Header("Set-Cookie");
        Assert.StartsWith("mailfleet-api-lang=zh-Hans", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("en", (await visitor.GetAsync("/signup?lang=en")).Language);
        Assert.Equal("en", (await visitor.GetAsync("/signup")).Language);
    }

    [Fact]
    public async Task OffersTheOtherLanguageOnEveryPage()
    {
        await using PortalSite site = await fixture.StartAsync();
        using Visitor visitor = new(site);

        foreach (string path in (string[])["/", "/signup", "/nowhere"])
            Assert.Contains("<a href=\"?lang=zh-Hans\" lang=\"zh-Hans\" hreflang=\"zh-Hans\">简体中文</a>", (await visitor.GetAsync(path)).Source, StringComparison.Ordinal);
    }

    public static TheoryData<string> TextNames => [.. typeof(Text).GetMembers().Where(IsText).Select(member => member.Name)];

    [Theory]
    [MemberData(nameof(TextNames))]
    public void HasEachTextInBothLanguages(string name)
    {
        MemberInfo member = typeof(Text).GetMember(name).Single();

        string english = Read(member, English);
        string chinese = Read(member, Chinese);

        Assert.NotEmpty(english.Trim());
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", chinese);
        Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", english);
        Assert.DoesNotMatch(@"[\p{IsCJKUnifiedIdeographs}][,:;?]|[,:;?][\p{IsCJKUnifiedIdeographs}]", chinese); // ASCII marks in Chinese text
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExplainsEveryCodeForEveryFieldInBothLanguages(bool isBlank)
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
            foreach (string? field in SignUpFields.All.Append(null))
            {
                Assert.Matches("[a-z]", English.Explain(code, field, isBlank) ?? string.Empty);
                Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", Chinese.Explain(code, field, isBlank) ?? string.Empty);
            }
    }

    [Fact]
    public void NamesEveryRoleInBothLanguages()
    {
        Role[] roles = [.. Enum.GetValues<Role>().Where(role => role != Role.Visitor)];
        Assert.Equal(roles.Length, roles.Select(English.RoleName).Distinct().Count());
        Assert.Equal(roles.Length, roles.Select(Chinese.RoleName).Distinct().Count());
        Assert.All(roles, role => Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", Chinese.RoleName(role)));
    }

    [Theory]
    [InlineData(ErrorCode.Invalid, true)]
    [InlineData(ErrorCode.Throttled, true)]
    [InlineData(ErrorCode.PasswordTooWeak, false)]
    [InlineData(ErrorCode.Conflict, true)]
    public void ExplainsWhyAPasswordWasRefused(ErrorCode code, bool isOld)
    {
        Assert.Matches("[a-z]", English.ExplainPassword(code, isOld)!);
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", Chinese.ExplainPassword(code, isOld)!);
    }

    [Fact]
    public void HasNoTextInComponents()
    {
        string folder = Path.Combine(RepositoryRoot(), "api", "Mailfleet.Api", "Portal", "Components");
        string[] files = Directory.GetFiles(folder, "*.razor");
        Assert.NotEmpty(files);
        foreach (string file in files)
            Assert.Equal((Path.GetFileName(file), string.Empty), (Path.GetFileName(file), TextIn(File.ReadAllText(file))));
    }

    [Theory]
    [InlineData("<p>Hello</p>", "Hello")]
    [InlineData("<p>@Text.Hello</p>@code { string s = \"x\"; }", "")]
    [InlineData("<img alt=\"A ship\" src=\"@x\">", "A ship")]
    [InlineData("<p>@(a ? \"b\" : c) 你好</p>", "你好")]
    public void FindsTextInComponents(string markup, string expected) => Assert.Equal(expected, TextIn(markup));

    // Letters that a reader would see: outside tags, expressions and code, or in an attribute that is read out.
    private static string TextIn(string razor)
    {
        string markup = Regex.Replace(razor, @"@code\s*\{.*", string.Empty, RegexOptions.Singleline);
        markup = Regex.Replace(markup, @"@\*.*?\*@", string.Empty, RegexOptions.Singleline);
        markup = Regex.Replace(markup, @"^@(using|inherits|inject)\b.*$", string.Empty, RegexOptions.Multiline);
        string[] attributes = [.. Regex.Matches(markup, "\\b(?:alt|title|aria-label|placeholder|label)=\"([^\"@]+)\"", RegexOptions.IgnoreCase).Select(match => match.Groups[1].Value)];
        markup = Regex.Replace(markup, @"@(?:if|foreach)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\belse\b", string.Empty);
        markup = Regex.Replace(markup, @"@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", string.Empty);
        markup = Regex.Replace(markup, @"@[\w.]+(?:\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))?", string.Empty);
        markup = Regex.Replace(markup, "<[^>]*>", string.Empty);
        markup = Regex.Replace(markup, "<code>.*?</code>", string.Empty);
        return string.Join(' ', Regex.Matches(markup, @"\p{L}[\p{L} ]*").Select(match => match.Value.Trim()).Concat(attributes));
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Saas.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }

    private static bool IsText(MemberInfo member) => member is PropertyInfo { PropertyType: var type } && type == typeof(string)
        || member is MethodInfo { IsAbstract: true, IsSpecialName: false, Name: not (nameof(Text.Explain) or nameof(Text.ExplainPassword)) };

    private static string Read(MemberInfo member, Text text) => (string)(member switch
    {
        PropertyInfo property => property.GetValue(text)!,
        MethodInfo method => method.Invoke(text, [.. method.GetParameters().Select(Sample)])!,
        _ => throw new InvalidOperationException(member.Name),
    });

    private static object Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(int) => 404,
        var type when type == typeof(Role) => Role.CustomerOwner,
        var type when type == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch,
        _ => "mailfleet.test",
    };
}
