using System.Text;
using CsCheck;
using MimeKit;

namespace Mailfleet.Message.Tests;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData(" a@b.test\r\n ", "a@b.test")]
    [InlineData("A B <a@b.test>", "a@b.test")]
    [InlineData("\"B, A\" <a@b.test>, C <c@D.test>", "a@b.test c@d.test")]
    [InlineData("=?utf-8?Q?x=2C_y?= <a@b.test>", "a@b.test")]
    [InlineData("A. B. <a@b.test>", "a@b.test")]
    [InlineData("用户 <用户@例子.测试>", "用户@xn--fsqu00a.xn--0zwm56d")]
    [InlineData("<a@b.test> (comment (nested \\) still))", "a@b.test")]
    [InlineData("a(c)@(d)b.test", "a@b.test")]
    [InlineData("<@route.test,@other.test:a@b.test>", "a@b.test")]
    [InlineData("team: a@b.test, C <c@d.test>;, e@f.test", "a@b.test c@d.test e@f.test")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("\"a b\"@c.test", "\"a b\"@c.test")]
    [InlineData("<a@[192.0.2.1]>", "a@[192.0.2.1]")]
    [InlineData(", a@b.test,,", "a@b.test")]
    [InlineData("", "")]
    public void ReadsAddresses(string value, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', AddressList.Parse(Encoding.UTF8.GetBytes(value))!.Select(static address => address.ToString())));

    [Theory]
    [InlineData("a")]
    [InlineData("a b@c.test")]
    [InlineData("a@b.test c@d.test")]
    [InlineData("<a@b.test> <c@d.test>")]
    [InlineData("<a@b.test> c@d.test")]
    [InlineData("a@b.test <c@d.test>")]
    [InlineData("\"a\" b@c.test")]
    [InlineData("\"a\".b@c.test")]
    [InlineData("a.\"b\"@c.test")]
    [InlineData("<\"a\".b@c.test>")]
    [InlineData("<a.\"b\"@c.test>")]
    [InlineData("<a@b.test")]
    [InlineData("<>")]
    [InlineData("a@b.test>")]
    [InlineData("a@b.test (open")]
    [InlineData("\"open <a@b.test>")]
    [InlineData("a@b.test; c@d.test")]
    [InlineData("g: h: a@b.test;;")]
    [InlineData("g: a@b.test")]
    [InlineData("a@")]
    [InlineData("@b.test")]
    [InlineData("a@b..test")]
    [InlineData("a@b_c.test")]
    [InlineData("a@b.test\0, c@d.test")]
    [InlineData("\"a\0b\"@c.test")]
    public void RefusesWhatReadersMightReadDifferently(string value) => Assert.Null(AddressList.Parse(Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void RefusesCommentsWithoutBottom() => Assert.Null(AddressList.Parse(Encoding.ASCII.GetBytes(new string('(', 100_000) + "a@b.test")));

    // Another reader as the oracle: whatever both accept, both read as the same addresses.
    [Fact]
    public void AgreesWithAnotherReader()
    {
        int compared = 0;
        string[] tokens = ["a", "b", " ", ",", "a@b.test", "<c@d.test>", "@", "<", ">", "\"", "(x)", "(", ")", ":", ";", ".", "\\", "\"q\"", "g:"];
        Gen.Int[0, tokens.Length - 1].Array[1, 8].Sample(
            picks =>
            {
                string value = string.Concat(picks.Select(pick => tokens[pick]));
                if (AddressList.Parse(Encoding.ASCII.GetBytes(value)) is not { Count: > 0 } addresses || !InternetAddressList.TryParse(value, out InternetAddressList? other))
                    return;
                Interlocked.Increment(ref compared);
                Assert.Equal(
                    addresses.Select(static address => address.ToString()),
                    other!.SelectMany(Mailboxes).Select(static mailbox => MailAddress.Parse(mailbox.Address)?.ToString() ?? mailbox.Address));
            },
            iter: 100_000);
        Assert.True(compared > 100);
    }

    private static IEnumerable<MailboxAddress> Mailboxes(InternetAddress address) =>
        address is GroupAddress group ? group.Members.SelectMany(Mailboxes) : [(MailboxAddress)address];
}
