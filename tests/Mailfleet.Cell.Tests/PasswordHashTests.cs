using Mailfleet.Cell.Passwords;

namespace Mailfleet.Cell.Tests;

public sealed class PasswordHashTests
{
    private static readonly string Hash = PasswordHash.Create("Grüße, 世界");

    [Fact]
    public void CostIsThatOfToday() => Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", Hash, StringComparison.Ordinal);

    [Theory]
    [InlineData("Grüße, 世界", true)]
    [InlineData("Gru\u0308ße, 世界", true)] // typed as letter and diaeresis
    [InlineData("Grüße,\u3000世界", true)] // the space of a Chinese keyboard
    [InlineData("grüße, 世界", false)]
    [InlineData("Grüße, 世", false)]
    [InlineData("", false)]
    public void MatchesTheSamePasswordHoweverTyped(string password, bool matches) => Assert.Equal(matches, PasswordHash.Verify(password, Hash));

    // From the reference implementation's own tests (argon2id, version 19).
    [Theory]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc")]
    [InlineData("$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg")]
    public void VerifiesHashesMadeElsewhere(string hash)
    {
        Assert.True(PasswordHash.Verify("password", hash));
        Assert.False(PasswordHash.Verify("Password", hash));
    }

    [Fact]
    public void SaltIsFresh() => Assert.NotEqual(PasswordHash.Create("a"), PasswordHash.Create("a"));

    [Fact]
    public void UnmatchableHasTheCostOfARealOne()
    {
        string decoy = PasswordHash.CreateUnmatchable();
        Assert.True(PasswordHash.IsAcceptable(decoy));
        Assert.Equal(Hash.Length, decoy.Length);
        Assert.Equal(Hash[..Hash.IndexOf("p=1", StringComparison.Ordinal)], decoy[..decoy.IndexOf("p=1", StringComparison.Ordinal)]);
        Assert.False(PasswordHash.Verify("a", decoy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4\n")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65")] // tag too short: would match by luck
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")] // salt too short
    [InlineData("$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=11,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=5$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=65536,t=5,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=999999999,t=999999999,p=999999999$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    public void MalformedOrTooDearHashMatchesNothing(string hash)
    {
        Assert.False(PasswordHash.IsAcceptable(hash));
        Assert.False(PasswordHash.Verify("password", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void RefusesWhatIsNoPassword(string password)
    {
        Assert.False(PasswordText.IsAcceptable(password));
        Assert.Throws<ArgumentException>(() => PasswordHash.Create(password));
        Assert.False(PasswordHash.Verify(password, Hash));
    }

    [Fact]
    public void RefusesALoneSurrogate() => RefusesWhatIsNoPassword("a\ud800"); // an attribute could not carry it

    [Fact]
    public void LengthIsCountedInBytesAfterNormalisation()
    {
        Assert.True(PasswordText.IsAcceptable(new string('a', PasswordText.MaxBytes)));
        Assert.False(PasswordText.IsAcceptable(new string('a', PasswordText.MaxBytes + 1)));
        Assert.False(PasswordText.IsAcceptable(new string('世', (PasswordText.MaxBytes / 3) + 1)));
        Assert.False(PasswordText.IsAcceptable(new string('a', 8_000_000)));
    }
}
