using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Tests.Names;

public sealed class HostNamesTests
{
    private readonly HostNames _host = new(DomainName.Parse("mailfleet.test"));

    [Theory]
    [InlineData("example.com", NameKind.Own)]
    [InlineData("notmailfleet.test", NameKind.Own)]
    [InlineData("acme.mailfleet.test", NameKind.FreeSubdomain)]
    [InlineData("mailfleet.test", NameKind.Reserved)]
    [InlineData("a.b.mailfleet.test", NameKind.Reserved)]
    public void TellsWhatANameIsToTheHost(string name, NameKind kind) => Assert.Equal(kind, _host.Classify(DomainName.Parse(name)));

    [Theory]
    [InlineData("www")]
    [InlineData("mail")]
    [InlineData("admin")]
    [InlineData("postmaster")]
    [InlineData("abuse")]
    [InlineData("root")]
    [InlineData("hostmaster")]
    [InlineData("webmaster")]
    [InlineData("support")]
    [InlineData("api")]
    [InlineData("webmail")]
    [InlineData("smtp")]
    [InlineData("pop")]
    [InlineData("imap")]
    [InlineData("autoconfig")]
    [InlineData("autodiscover")]
    [InlineData("mta-sts")]
    public void ReservesTheHostsOwnServices(string label) => Assert.Equal(NameKind.Reserved, _host.Classify(DomainName.Parse($"{label}.mailfleet.test")));

    [Fact]
    public void NamesThatCanConflictShareALock()
    {
        Assert.Equal(_host.LockKey(DomainName.Parse("example.com")), _host.LockKey(DomainName.Parse("a.b.example.com")));
        Assert.NotEqual(_host.LockKey(DomainName.Parse("a.mailfleet.test")), _host.LockKey(DomainName.Parse("b.mailfleet.test")));
    }
}
