using Mailfleet.Smtp;

namespace Mailfleet.Node.Tests;

public sealed class RecipientTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string Content = "From: a@remote.test\r\nSubject: x\r\n\r\ntext\r\n";

    [Fact]
    public async Task MailboxGetsOneCopyHoweverItIsReachedUnderTheFirstAddress()
    {
        await node.AddDomainAsync("once", "anna bob", "info=anna@once.test", "all=anna@once.test,bob@once.test");
        (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SendAsync(Content, "info+shop@once.test", "all@once.test", "anna@once.test");
        Assert.All(recipients, Assert.Null);
        Assert.Equal(250, content!.Code);
        Assert.Equal(["info+shop@once.test"], await node.DeliveredToAsync("anna@once.test"));
        Assert.Equal(["all@once.test"], await node.DeliveredToAsync("bob@once.test"));
    }

    [Fact]
    public async Task EachRecipientHasItsOwnAnswer()
    {
        await node.AddDomainAsync(
            "each", "anna full", "away=anna@each.test,bob@remote.test", "one=two@each.test", "two=one@each.test", "team=anna@each.test,full@each.test");
        (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SendAsync(
            Content, "anna@each.test", "nobody@each.test", "full@each.test", "team@each.test", "away@each.test", "one@each.test", "x@remote.test");
        Assert.Equal(
            [null, "550 5.1.1", "452 4.2.2", "452 4.2.2", null, "554 5.4.6", "550 5.7.1"],
            recipients.Select(answer => answer is null ? null : $"{answer.Code} {answer.Status}"));
        Assert.Equal(250, content!.Code);
        Assert.Equal(["anna@each.test"], await node.DeliveredToAsync("anna@each.test"));
    }

    [Fact]
    public async Task HostHasAPostmasterUnderItsNameItsAddressAndNone()
    {
        await node.AddDomainAsync("host", "anna");
        foreach (string recipient in (string[])["postmaster", "PostMaster", "postmaster@[127.0.0.2]", "abuse@[127.0.0.2]", "postmaster@host.test"])
        {
            (IReadOnlyList<SmtpReply?> recipients, SmtpReply? content) = await node.SendAsync(Content, recipient);
            Assert.Null(Assert.Single(recipients));
            Assert.Equal(250, content!.Code);
        }
    }

    [Theory]
    [InlineData("postmaster@[127.0.0.3]")]
    [InlineData("nobody@[127.0.0.2]")]
    public async Task AnotherAddressAndAnotherNameAreNotOurs(string recipient)
    {
        await node.AddDomainAsync($"other{recipient.Length}", "anna");
        Assert.Equal(550, Assert.Single((await node.SendAsync(Content, recipient)).Recipients)!.Code);
    }

    [Theory]
    [InlineData("Delivered-To: anna@{0}.test\r\n", "anna", 554)]
    [InlineData("delivered-to:\r\n Anna@{0}.TEST\r\n", "anna", 554)]
    [InlineData("Delivered-To: bob@{0}.test\r\nDelivered-To: anna@{0}.test\r\n", "anna", 554)]
    [InlineData("Delivered-To: info@{0}.test\r\n", "info", 554)]
    [InlineData("Delivered-To: info@{0}.test\r\n", "anna", 250)]
    [InlineData("Delivered-To: anna@elsewhere.test\r\n", "anna", 250)]
    [InlineData("X-Delivered-To: anna@{0}.test\r\n", "anna", 250)]
    [InlineData("Delivered-To: no address\r\n", "anna", 250)]
    public async Task MessageThatHasBeenDeliveredToTheAddressIsALoop(string field, string recipient, int code)
    {
        string key = $"loop{Math.Abs(field.Sum(c => c))}{recipient}";
        await node.AddDomainAsync(key, "anna", $"info=anna@{key}.test");
        SmtpReply content = (await node.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, field, key) + Content, $"{recipient}@{key}.test")).Content!;
        Assert.Equal(code, content.Code);
        Assert.Equal(code == 250 ? 1 : 0, (await node.DeliveredToAsync($"anna@{key}.test")).Length);
    }
}
