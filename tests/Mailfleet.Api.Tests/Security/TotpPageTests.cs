using System.Net;
using System.Text.RegularExpressions;
using Mailfleet.Api.Portal;
using Mailfleet.Api.Security;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy.Contracts;
using OtpNet;

namespace Mailfleet.Api.Tests.Security;

public sealed partial class TotpPageTests(AccountFixture api) : IClassFixture<AccountFixture>
{
    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task APersonTurnsItOnLogsInWithItAndTurnsItOff(string language)
    {
        Mailfleet.Api.Portal.Texts.Text text = (language == "en" ? Language.English : Language.Chinese).Text;
        (string login, PersonId _) = await api.CreatePersonAsync();
        using Visitor visitor = api.Visit(language);
        await AccountFixture.LogInAsync(visitor, login);
        Html setUp = await visitor.GetAsync("/account/totp");
        string secret = Secret().Match(setUp.Source).Groups["secret"].Value;
        Assert.Contains("<svg class=\"qr\"", setUp.Source, StringComparison.Ordinal);

        Html wrong = await visitor.PostAsync("/account/totp", AccountFixture.Fields(setUp, ("code", "000000")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, text.CodeWrong), (wrong.Status, wrong.ErrorBeside("code")));
        Html on = await visitor.PostAsync("/account/totp", AccountFixture.Fields(setUp, ("code", Code(secret))));
        Assert.Equal(text.RecoveryTitle, on.Headline);
        string[] recovery = [.. RecoveryCode().Matches(on.Source).Select(match => match.Value)];
        Assert.Equal(10, recovery.Length);
        Assert.Contains(text.SecondFactorOn, (await visitor.GetAsync("/account")).Words, StringComparison.Ordinal);

        using Visitor second = api.Visit(language);
        Html half = await AccountFixture.LogInAsync(second, login);
        Assert.Equal("/login/code", half.Header("Location"));
        Assert.Null(second.Cookies.GetCookies(api.Http.BaseAddress!)[SessionCookie.Name]);
        Assert.Equal("/login", (await second.GetAsync("/account")).Header("Location"));
        Html form = await second.GetAsync("/login/code");
        Assert.Equal(text.CodeTitle, form.Headline);
        Html refused = await second.PostAsync("/login/code", AccountFixture.Fields(form, ("code", "nonsense")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, text.CodeWrong), (refused.Status, refused.ErrorBeside("code")));
        Html entered = await second.PostAsync("/login/code", AccountFixture.Fields(form, ("code", recovery[0])));
        Assert.Equal("/account", entered.Header("Location"));
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/account")).Status);
        Assert.Equal("/login", (await second.GetAsync("/login/code")).Header("Location")); // the half cookie is gone

        Html off = await second.GetAsync("/account/totp");
        Assert.Equal(text.TotpRemoveTitle, off.Headline);
        Assert.Equal("/account", (await second.PostAsync("/account/totp/remove", AccountFixture.Fields(off, ("code", recovery[1])))).Header("Location"));
        using Visitor third = api.Visit(language);
        Assert.Equal("/account", (await AccountFixture.LogInAsync(third, login)).Header("Location"));
    }

    [Theory]
    [InlineData("/account/totp")]
    [InlineData("/account/totp/remove")]
    public async Task NeedsALogInAndTheFormsToken(string path)
    {
        using Visitor stranger = api.Visit();
        Assert.Equal("/login", (await stranger.PostAsync(path, new Dictionary<string, string> { ["code"] = "1" })).Header("Location"));
        (string login, PersonId _) = await api.CreatePersonAsync();
        using Visitor visitor = await api.EnterAsync(login);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.PostAsync(path, new Dictionary<string, string> { ["code"] = "1" })).Status);
    }

    [Fact]
    public async Task TheFormForTheCodeNeedsHalfALogIn()
    {
        using Visitor stranger = api.Visit();
        Assert.Equal("/login", (await stranger.GetAsync("/login/code")).Header("Location"));
        stranger.Cookies.Add(new Cookie(CodeCookie.Name, "nonsense", "/login", api.Http.BaseAddress!.Host));
        Html form = await stranger.GetAsync("/login/code");
        Assert.Equal("/login", (await stranger.PostAsync("/login/code", AccountFixture.Fields(form, ("code", "123456")))).Header("Location"));
    }

    [Fact]
    public void ThePictureIsOneThatAnAppCanRead()
    {
        QrPicture picture = QrPicture.Of("otpauth://totp/a:b?secret=GEZDGNBVGY3TQOJQ");
        Assert.True(picture.Side >= 21 + 8); // the smallest code with its quiet zone (ISO/IEC 18004 §6.3.1)
        // The finder pattern: seven dark modules in a row, four in from the corner.
        for (int x = 4; x < 11; x++)
            Assert.Contains($"M{x} 4h1v1h-1z", picture.Path, StringComparison.Ordinal);
        Assert.DoesNotContain("M11 4h1v1h-1z", picture.Path, StringComparison.Ordinal);
        Assert.DoesNotContain("M3 4h1v1h-1z", picture.Path, StringComparison.Ordinal);
    }

    private static string Code(string secret) => new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime);

    [GeneratedRegex("<code>(?<secret>[A-Z2-7]{32})</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();

    [GeneratedRegex("[a-z0-9]{4}(-[a-z0-9]{4}){3}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecoveryCode();
}
