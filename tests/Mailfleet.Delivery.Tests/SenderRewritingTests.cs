using System.Text;
using CsCheck;
using Mailfleet.Delivery.Forwarding;
using Mailfleet.Message;

namespace Mailfleet.Delivery.Tests;

public sealed class SenderRewritingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Secret = [1, 2, 3];
    private static readonly SenderRewriting Srs = new([Secret]);

    [Fact]
    public void BounceFindsItsWayBack() => Gen.Char["abcXYZ019.+-=_\"@ü"].Array[1, 30].Select(chars => new string(chars)).Sample(local =>
    {
        if (MailAddress.Create(local, "first.test") is not { } sender)
            return true;
        ReversePath rewritten = Srs.Rewrite(new ReversePath(sender), "forwarder.test", Now);
        if (Encoding.UTF8.GetByteCount(local) > MailAddress.MaxLocalPartOctets - "SRS0=hhhhhhhh=dd=first.test=".Length)
            return rewritten.IsNull;                    // no room: better no bounce than no delivery
        return rewritten.Address is { Domain: "forwarder.test" } address
            && Srs.Restore(address, Now.AddDays(20)) == sender
            && Srs.Restore(MailAddress.Parse(address.ToString())!, Now) == sender;
    });

    [Fact]
    public void SenderOfTheForwarderItselfAndTheNullPathStay()
    {
        Assert.Equal("<a@forwarder.test>", Srs.Rewrite(Path("a@forwarder.test"), "forwarder.test", Now).ToString());
        Assert.Equal("<>", Srs.Rewrite(ReversePath.Null, "forwarder.test", Now).ToString());
    }

    [Fact]
    public void AddressWithoutRoomGetsNoBounces() => Assert.True(Srs.Rewrite(Path($"{new string('a', 60)}@first.test"), "forwarder.test", Now).IsNull);

    [Fact]
    public void CaseThatWasLostOnTheWayDoesNotMatter()
    {
        string local = Srs.Rewrite(Path("Some.One@first.test"), "forwarder.test", Now).Address!.LocalPart;
        Assert.Equal("some.one@first.test", Srs.Restore(new MailAddress(local.ToLowerInvariant(), "forwarder.test"), Now)?.ToString());
    }

    [Fact]
    public void ForgedOldAndForeignAddressesAreNobodys()
    {
        string local = Srs.Rewrite(Path("a@first.test"), "forwarder.test", Now).Address!.LocalPart;
        MailAddress Ours(string text) => new(text, "forwarder.test");
        Assert.NotNull(Srs.Restore(Ours(local), Now));
        Assert.Null(Srs.Restore(Ours(local), Now.AddDays(22)));
        Assert.Null(Srs.Restore(Ours(local), Now.AddDays(-2)));
        Assert.Null(Srs.Restore(Ours(local.Replace("=a", "=b", StringComparison.Ordinal)), Now));
        Assert.Null(Srs.Restore(Ours(local.Replace("first.test", "other.test", StringComparison.Ordinal)), Now));
        Assert.Null(Srs.Restore(Ours("SRS0=aaaaaaaa=aa=first.test=a"), Now));
        Assert.Null(Srs.Restore(Ours("SRS0=a=b"), Now));
        Assert.Null(Srs.Restore(Ours("alice"), Now));
        Assert.Null(new SenderRewriting([[9]]).Restore(Ours(local), Now));
        Assert.NotNull(new SenderRewriting([[9], Secret]).Restore(Ours(local), Now));     // a secret that was replaced still verifies
    }

    private static ReversePath Path(string address) => new(MailAddress.Parse(address)!);
}
