using System.Buffers.Text;
using System.Security.Cryptography;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;
using Mailfleet.Tenancy.Storage;
using Marten;

namespace Mailfleet.Tenancy.SignUps;

/// <summary>Customer, domain and first mailbox in one transaction: a refusal of any of them leaves nothing behind.</summary>
internal sealed class SignUpHandler(
    TenantSessions sessions, FleetTree tree, FleetCells cells, FleetSignUps signUps, ProvisioningTable provisioning, CreateDomainHandler domains, CreateMailboxHandler mailboxes,
    ProveDomainHandler proofs, TenancyOptions options, BusinessClock clock) : ISignUps
{
    private const int TokenBytes = 32;
    private static readonly Actor Visitor = Actor.Visitor;

    private readonly SignUpValidator _validator = new();

    public async Task<Outcome<SignUpReceipt>> SignUpAsync(SignUp command, CancellationToken cancellationToken)
    {
        if (_validator.Check(command) is { Count: > 0 } refusals)
            return Outcome<SignUpReceipt>.Refused(refusals);

        Actor actor = Visitor with { Source = command.Source };
        string hash = PasswordHash.Create(command.Password); // costly on purpose, so before the transaction
        DateTimeOffset now = clock.GetUtcNow();
        var id = CustomerId.New(now);
        Reseller? parent = await tree.FindAsync(ResellerId.Root, actor, cancellationToken);
        var newCustomer = new CreateCustomer(command.Company, ParentId: null);
        var placement = Placement.Choose(options.CellDoors.Keys, await cells.ReadAllAsync(cancellationToken), clock.RealNow);
        Outcome<CreateCustomerStart> customer = CreateCustomerHandler.Decide(parent, placement, newCustomer, id, actor, now);
        if (customer.Value is not { } customerStart)
            return Refuse(customer.Refusals, "company");

        await using IDocumentSession session = await sessions.OpenAsync(id, actor, cancellationToken);
        Customer made = CreateCustomerHandler.Start(session, customerStart, actor, CustomerStage.Trial);

        CreateDomainFacts facts = await domains.GatherAsync(session, id, DomainName.Parse(command.Domain), now, cancellationToken);
        Outcome<CreateDomainStart> domain = CreateDomainHandler.Decide(made, facts, actor, now);
        if (domain.Value is not { } domainStart)
            return Refuse(domain.Refusals, "domain");

        // Locks in their order: name, then address, then log-in. A new domain has no addresses yet.
        var login = LoginName.Parse($"{command.Mailbox}@{facts.Name}");
        if (await PersonTable.LockLoginAsync(session, login, facts.Facts.Claim?.Domain, cancellationToken))
            return Outcome<SignUpReceipt>.Refused(new Refusal(ErrorCode.LoginTaken, "mailbox", "Somebody already logs in with this address."));

        PoolCharge charge = new();
        charge.Add(parent!.Path, PoolKind.Customers, 1);
        Domain claimed = await CreateDomainHandler.StartAsync(session, facts, domainStart, made.Path, charge, actor, cancellationToken);
        var newMailbox = new CreateMailbox(id, claimed.Id, command.Mailbox, command.Password, QuotaBytes: null);
        Outcome<CreateMailboxStart> mailbox = CreateMailboxHandler.Decide(
            made.Path.Child(claimed.Id), claimed, isAddressTaken: false, newMailbox, MailboxId.New(now), options.DefaultQuotaBytes, actor, now);
        if (mailbox.Value is not { } mailboxStart)
            return Refuse(mailbox.Refusals, "mailbox");

        mailboxes.Start(session, mailboxStart, hash, made.Path.Child(claimed.Id), actor);
        StartOwner(session, made, domainStart, login, hash, actor, now);
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        session.Store(new SignUpRecord
        {
            Id = SignUpRecord.Key(token),
            Customer = id,
            Domain = claimed.Id,
            Mailbox = mailboxStart.Created.Mailbox,
            Plan = command.Plan,
            Email = string.IsNullOrWhiteSpace(command.Email) ? null : command.Email.Trim(),
            Language = command.Language,
            At = now,
        });
        charge.AddMailbox(made.Path.Child(claimed.Id), mailboxStart.Created.QuotaBytes);
        if (await PoolTable.SettleAsync(session, charge, actor, cancellationToken) is { } full)
            return Refuse([full], "company");
        await session.SaveChangesAsync(cancellationToken);
        return Outcome<SignUpReceipt>.Accepted(new SignUpReceipt(token));
    }

    // The first mailbox's address and password are the owner's log-in too. From here on each has a password of its own.
    private static void StartOwner(
        IDocumentSession session, Customer customer, CreateDomainStart domain, LoginName login, string hash, Actor actor, DateTimeOffset now)
    {
        var owner = new PersonRow(
            PersonId.New(now), NodeId.Of(customer.Id), customer.Path, Role.CustomerOwner, login.Value, customer.Name, now, HasPassword: true);
        CreatePersonHandler.Start(session, owner, hash, actor, claimed: domain.Proven is null ? domain.Added.Domain : null);
    }

    public async Task<SignUpStatus?> FindAsync(string token, CancellationToken cancellationToken)
    {
        SignUpRecord? record = await signUps.FindAsync(token, cancellationToken);
        return record is null ? null : await ReadStatusAsync(record, cancellationToken);
    }

    public async Task<Outcome<SignUpStatus>> CheckProofAsync(string token, CancellationToken cancellationToken)
    {
        SignUpRecord? record = await signUps.FindAsync(token, cancellationToken);
        if (record is null)
            return Outcome<SignUpStatus>.Refused(new Refusal(ErrorCode.NotFound, "token", "There is no such sign-up."));

        Outcome<Domain> proven = await proofs.HandleAsync(new ProveDomain(record.Customer, record.Domain), Visitor, cancellationToken);
        return proven.IsAccepted
            ? Outcome<SignUpStatus>.Accepted(await ReadStatusAsync(record, cancellationToken))
            : Outcome<SignUpStatus>.Refused([.. proven.Refusals.Select(r => r with { Field = "domain" })]);
    }

    private async Task<SignUpStatus> ReadStatusAsync(SignUpRecord record, CancellationToken cancellationToken)
    {
        // Before the session: who holds one connection while waiting for another can exhaust the pool.
        bool isLive = await provisioning.CountAppliedAsync([record.Mailbox.Value], cancellationToken) == 1;
        await using IDocumentSession session = await sessions.OpenAsync(record.Customer, Visitor, cancellationToken);
        Customer customer = await LoadAsync<Customer>(session, record.Customer.Value, cancellationToken);
        Domain domain = await LoadAsync<Domain>(session, record.Domain.Value, cancellationToken);
        Mailbox mailbox = await LoadAsync<Mailbox>(session, record.Mailbox.Value, cancellationToken);

        bool isWaiting = domain.Stage == DomainStage.AwaitingProof;
        return new SignUpStatus(
            StageOf(domain, clock.GetUtcNow()), customer.Name, domain.Name.Unicode, mailbox.Address,
            isLive, isWaiting ? domain.ProofName : null, isWaiting ? domain.ProofValue : null,
            domain.ReservedUntil);
    }

    private static async Task<T> LoadAsync<T>(IDocumentSession session, string stream, CancellationToken cancellationToken)
        where T : class, IEventSourced<T> =>
        (await session.FoldStreamAsync<T>(stream, cancellationToken))?.State
            ?? throw new InvalidOperationException($"A sign-up names {stream}, which has no stream.");

    private static SignUpStage StageOf(Domain domain, DateTimeOffset now) => domain.Stage switch
    {
        DomainStage.Proven => SignUpStage.Complete,
        DomainStage.AwaitingProof when !domain.IsExpired(now) => SignUpStage.AwaitingProof,
        _ => SignUpStage.Expired,
    };

    // The use cases below name their own fields; the form has one field for each of them.
    private static Outcome<SignUpReceipt> Refuse(IReadOnlyList<Refusal> refusals, string field) =>
        Outcome<SignUpReceipt>.Refused([.. refusals.Select(r => r with { Field = field })]);
}
