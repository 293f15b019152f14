using Microsoft.Playwright;

namespace Mailfleet.EndToEnd.Tests;

/// <summary>A person signs up in a real browser, without JavaScript, and reads mail in the new mailbox.</summary>
public sealed class SignUpInBrowser(RunningMailfleet mailfleet)
{
    [Theory]
    [InlineData("en-GB")]
    [InlineData("zh-CN")]
    public async Task ANewCustomerGetsMailInTheNewMailbox(string locale)
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] });
        await using IBrowserContext context = await browser.NewContextAsync(new() { Locale = locale, JavaScriptEnabled = false, ViewportSize = new() { Width = 390, Height = 844 } });
        IPage page = await context.NewPageAsync();
        string name = $"co{Guid.NewGuid():N}"[..18];
        string address = $"first@{name}.mailfleet.test";

        await page.GotoAsync(new Uri(mailfleet.Process.Portal, "/").ToString());
        await page.Locator("a[href*='/signup']").First.ClickAsync();
        await page.FillAsync("input[name=company]", "Søren & 张伟 <GmbH>");
        await page.FillAsync("input[name=domain]", $"{name}.mailfleet.test");
        await page.FillAsync("input[name=mailbox]", "first");
        await page.FillAsync("input[name=password]", "correct horse battery");
        await page.ClickAsync("form[method=post] button[type=submit]");

        await page.WaitForURLAsync("**/signup/*");
        string text = await page.InnerTextAsync("main");
        Assert.Contains(address, text, StringComparison.Ordinal);
        Assert.Contains("Søren & 张伟 <GmbH>", text, StringComparison.Ordinal);
        Assert.Contains($"{mailfleet.Process.Pop3sPort}", text, StringComparison.Ordinal);
        Assert.StartsWith(locale[..2], await page.GetAttributeAsync("html", "lang"), StringComparison.Ordinal);

        await Testing.Eventually.HoldsAsync(async () => (await ForeignTool.RunAsync("swaks", "--server", "127.0.0.1", "--port", $"{mailfleet.Process.SmtpPort}", "--helo", "client.test",
            "--from", "friend@elsewhere.test", "--to", address, "--h-Subject", "Welcome aboard")).ExitCode == 0, "the new mailbox takes mail");
        (int exitCode, string message) = await ForeignTool.RunAsync("curl", "-sk", "--user", $"{address}:correct horse battery", $"pop3s://127.0.0.1:{mailfleet.Process.Pop3sPort}/1");
        Assert.Equal(0, exitCode);
        Assert.Contains("Subject: Welcome aboard", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATakenNameIsRefusedBesideItsFieldAndWhatWasTypedIsKept()
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [] });
        await using IBrowserContext context = await browser.NewContextAsync(new() { Locale = "en-GB", JavaScriptEnabled = false });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(mailfleet.Process.Portal, "/signup").ToString());
        await page.FillAsync("input[name=company]", "Copycat");
        await page.FillAsync("input[name=domain]", "demo.test");
        await page.FillAsync("input[name=mailbox]", "first");
        await page.FillAsync("input[name=password]", "correct horse battery");
        await page.ClickAsync("form[method=post] button[type=submit]");

        Assert.Equal("true", await page.GetAttributeAsync("input[name=domain]", "aria-invalid"));
        Assert.Equal("Copycat", await page.InputValueAsync("input[name=company]"));
        Assert.Equal("", await page.InputValueAsync("input[name=password]"));
    }
}
