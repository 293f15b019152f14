using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;

namespace Mailfleet.Tenancy.Tests.Decisions;

public sealed class MailboxDecisions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = Actor.Operator("root");
    private static readonly Domain Proven = new(DomainId.New(Now), CustomerId.New(Now), DomainName.Parse("example.com"), DomainStage.Proven, "x", null);
    private static readonly Mailbox Alice = new(MailboxId.New(Now), Proven.Id, Proven.Customer, "alice", "alice@example.com", 1, IsDeleted: false);

    [Fact]
    public void AMailboxHasACanonicalAddressAndThePlansQuota()
    {
        var id = MailboxId.New(Now);
        CreateMailboxStart start = CreateMailboxHandler.Decide(SubtreePath.Root, Proven, false, Command("Alice"), id, 42, Operator, Now).Value!;
        Assert.Equal(new MailboxCreated(id, Proven.Id, Proven.Customer, "alice", "alice@example.com", 42, Now), start.Created);
        Assert.Equal(new MailboxPasswordSet(id, "root", Now), start.PasswordSet);
        Assert.Equal(7, CreateMailboxHandler.Decide(SubtreePath.Root, Proven, false, Command("a") with { QuotaBytes = 7 }, id, 42, Operator, Now).Value!.Created.QuotaBytes);
    }

    [Fact]
    public void MayBeMadeBeforeItsDomainIsProvenButNotAfterItsTime()
    {
        Domain waiting = Proven with { Stage = DomainStage.AwaitingProof, ReservedUntil = Now.AddDays(1) };
        Assert.True(CreateMailboxHandler.Decide(SubtreePath.Root, waiting, false, Command("a"), MailboxId.New(Now), 1, Operator, Now).IsAccepted);
        AssertRefused(ErrorCode.DomainNotProven, "domainId", CreateMailboxHandler.Decide(SubtreePath.Root, waiting, false, Command("a"), MailboxId.New(Now), 1, Operator, Now.AddDays(1)));
        Domain released = Proven with { Stage = DomainStage.Released };
        AssertRefused(ErrorCode.DomainNotProven, "domainId", CreateMailboxHandler.Decide(SubtreePath.Root, released, false, Command("a"), MailboxId.New(Now), 1, Operator, Now));
    }

    [Fact]
    public void RefusesATakenAddressAndAnotherCustomersDomain()
    {
        AssertRefused(ErrorCode.AddressTaken, "localPart", CreateMailboxHandler.Decide(SubtreePath.Root, Proven, true, Command("a"), MailboxId.New(Now), 1, Operator, Now));
        AssertRefused(ErrorCode.NotFound, "domainId", CreateMailboxHandler.Decide(SubtreePath.Root, null, false, Command("a"), MailboxId.New(Now), 1, Operator, Now));
        CreateMailbox foreign = Command("a") with { CustomerId = CustomerId.New(Now) };
        AssertRefused(ErrorCode.NotFound, "domainId", CreateMailboxHandler.Decide(SubtreePath.Root, Proven, false, foreign, MailboxId.New(Now), 1, Operator, Now));
    }

    [Fact]
    public void APasswordMustNotBeTheAddressItself()
    {
        Mailbox longName = Alice with { LocalPart = "alice.wonderland" };
        AssertRefused(
            ErrorCode.PasswordTooWeak, "password",
            SetMailboxPasswordHandler.Decide(SubtreePath.Root, longName, new SetMailboxPassword(longName.Customer, longName.Id, "Alice.Wonderland"), Operator, Now));
    }

    [Fact]
    public void ADeletedMailboxIsNotThere()
    {
        Mailbox gone = Alice with { IsDeleted = true };
        var command = new SetMailboxPassword(gone.Customer, gone.Id, "correct horse");
        AssertRefused(ErrorCode.NotFound, "mailboxId", SetMailboxPasswordHandler.Decide(SubtreePath.Root, gone, command, Operator, Now));
        AssertRefused(ErrorCode.NotFound, "mailboxId", SetMailboxPasswordHandler.Decide(SubtreePath.Root, null, command, Operator, Now));
        AssertRefused(ErrorCode.NotFound, "mailboxId", DeleteMailboxHandler.Decide(SubtreePath.Root, gone, Operator, Now));
        AssertRefused(ErrorCode.NotFound, "mailboxId", DeleteMailboxHandler.Decide(SubtreePath.Root, null, Operator, Now));
        Assert.Equal(new MailboxDeleted(Alice.Id, "root", Now), DeleteMailboxHandler.Decide(SubtreePath.Root, Alice, Operator, Now).Value);
    }

    private static CreateMailbox Command(string localPart) => new(Proven.Customer, Proven.Id, localPart, "correct horse", QuotaBytes: null);

    private static void AssertRefused<T>(ErrorCode code, string field, Outcome<T> outcome) where T : class
    {
        Refusal refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }
}
