using System.Text.Json;
using CsCheck;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Tests.Contracts;

public sealed class PublicIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ReadsWhatItWrote() => Gen.Date.Sample(date =>
    {
        var id = CustomerId.New(new DateTimeOffset(date.Year < 1970 ? date.AddYears(1970) : date, TimeSpan.Zero));
        return CustomerId.Parse(id.ToString()) == id && id.Value.Length == "cus_".Length + 26;
    });

    [Fact]
    public void SortsByTimeAsText()
    {
        string[] ids = [.. Enumerable.Range(0, 1000).Select(i => MailboxId.New(Now.AddMilliseconds(i)).Value)];
        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void HoldsTheWholeUuid()
    {
        // The version and variant of RFC 9562 §5.7, read back from the text.
        UInt128 value = DomainId.New(Now).Value["dom_".Length..].Aggregate(UInt128.Zero, (sum, c) => (sum << 5) | (uint)"0123456789abcdefghjkmnpqrstvwxyz".IndexOf(c, StringComparison.Ordinal));
        Assert.Equal(7u, (uint)(value >> 76) & 0xF);
        Assert.Equal(2u, (uint)(value >> 62) & 0x3);
        Assert.Equal(Now.ToUnixTimeMilliseconds(), (long)(value >> 80));
    }

    [Fact]
    public void NamesNothingByDefault()
    {
        Assert.Throws<InvalidOperationException>(() => default(CustomerId).Value);
        Assert.Throws<InvalidOperationException>(() => default(DomainId).ToString());
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(default(MailboxId)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cus_")]
    [InlineData("dom_01jz0000000000000000000000")]          // another type's
    [InlineData("CUS_01jz0000000000000000000000")]
    [InlineData("cus_01JZ0000000000000000000000")]          // one form only
    [InlineData("cus_01jz000000000000000000000")]           // too short
    [InlineData("cus_01jz00000000000000000000000")]         // too long
    [InlineData("cus_81jz0000000000000000000000")]          // beyond 128 bits
    [InlineData("cus_01jz000000000000000000000u")]          // not in the alphabet
    [InlineData("cus_00000000000000000000000000")]          // the empty UUID
    [InlineData(" cus_01jz0000000000000000000000")]
    public void RefusesAnythingElse(string? text)
    {
        Assert.False(CustomerId.TryParse(text, out CustomerId id));
        Assert.Equal(default, id);
        Assert.Throws<FormatException>(() => CustomerId.Parse(text!));
    }

    [Fact]
    public void GoesThroughJsonAsItsText()
    {
        var id = CustomerId.New(Now);
        string json = JsonSerializer.Serialize(new Holder(id, null));
        Assert.Equal($$"""{"Id":"{{id}}","Parent":null}""", json);
        Assert.Equal(new Holder(id, null), JsonSerializer.Deserialize<Holder>(json));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Holder>("""{"Id":"dom_01jz0000000000000000000000"}"""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Holder>("""{"Id":null}"""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Holder>("""{"Id":7}"""));
    }

    [Fact]
    public void TheRootIsAnIdLikeAnyOther() => Assert.Equal(ResellerId.Root, ResellerId.Parse(ResellerId.Root.Value));

    private sealed record Holder(CustomerId Id, ResellerId? Parent);
}
