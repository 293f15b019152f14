using Mailfleet.Tenancy.Mailboxes;

namespace Mailfleet.Tenancy.Tests;

public sealed class PasswordPolicyTests
{
    [Theory]
    [InlineData("mailfleet-demo")]
    [InlineData("correct horse battery staple")]
    [InlineData("密码是一个很长的句子")]
    [InlineData("aaaaaaa1")]
    public void Takes(string password) => Assert.Null(PasswordPolicy.FindFault(password, "alice"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1234567")]
    [InlineData("PassWord")]
    [InlineData("12345678")]
    [InlineData("nul\0inside")]
    [InlineData("line\nbreak")]
    [InlineData("a.longer.name")]
    [InlineData("A.Longer.Name")]
    public void Refuses(string? password) => Assert.NotNull(PasswordPolicy.FindFault(password, "a.longer.name"));

    [Fact]
    public void RefusesTextThatHasNoUtf8Form() => Assert.NotNull(PasswordPolicy.FindFault("lone " + (char)0xD800 + " surrogate", null));

    [Fact]
    public void BoundsTheLength()
    {
        Assert.Null(PasswordPolicy.FindFault(new string('é', PasswordPolicy.MaxLength), null));
        Assert.NotNull(PasswordPolicy.FindFault(new string('é', PasswordPolicy.MaxLength + 1), null));
    }
}
