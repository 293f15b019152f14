using Mailfleet.Cell.Door;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Domains.Checks;
using Mailfleet.Tenancy.Entitlements;
using Mailfleet.Tenancy.Fleet;
using Mailfleet.Tenancy.Import;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Notices;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.People.SecondFactors;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.RecurringJobs;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Secrets;
using Mailfleet.Tenancy.SignUps;
using Mailfleet.Tenancy.Storage;
using Mailfleet.Tenancy.Support;
using Mailfleet.Tenancy.Tokens;
using Mailfleet.Tenancy.Webhooks;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mailfleet.Tenancy;

public static class TenancyServices
{
    /// <summary>
    /// Everything of tenancy: use cases, lists, and hosted services that bring the control database to this release and then keep the cells up to date.
    /// Needs a <see cref="TimeProvider"/> in the services.
    /// </summary>
    public static IServiceCollection AddTenancy(this IServiceCollection services, TenancyOptions options)
    {
        if (options.CellDoors.Count == 0)
            throw new ArgumentException("Tenancy needs at least one cell.", nameof(options));

        services.AddSingleton(options);
        services.AddSingleton(s => new BusinessClock(s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new HostNames(DomainName.Parse(options.HostName)));
        services.AddSingleton(_ => SealingKeys.Load(options.KeyDirectory));
        AddStorage(services, options);
        AddUseCases(services);
        AddProvisioning(services, options);
        AddRecurringJobs(services);
        return services;
    }

    /// <summary>Other resolvers for domain proofs from now on; the system's when there are none.</summary>
    /// <exception cref="FormatException">One is no address; all stays as it was.</exception>
    public static void ReloadResolvers(this IServiceProvider services, IReadOnlyList<string> servers) =>
        (services.GetRequiredService<IProofResolver>() as DnsProofResolver)?.Reload(servers);

    private static void AddStorage(IServiceCollection services, TenancyOptions options)
    {
        services.AddSingleton(_ => new ControlConnection(NpgsqlDataSource.Create(options.ControlDatabase)));
        services.AddSingleton(s => new ControlHealth(s.GetRequiredService<ControlConnection>()));
        services.AddSingleton<ProvisioningSignal>();
        services.AddSingleton<IDocumentStore>(s => MartenConfiguration.Create(
            Control(s), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ProvisioningSignal>()));
        services.AddSingleton<TenantSessions>();
        services.AddSingleton<FleetSignUps>();
        services.AddSingleton(s => new FleetTree(Control(s)));
        services.AddSingleton(s => new FleetLists(Control(s)));
        services.AddSingleton(s => new FleetAudit(Control(s)));
        services.AddSingleton(s => new FleetPools(Control(s)));
        services.AddSingleton(s => new FleetCells(Control(s)));
        services.AddSingleton(s => new ProvisioningTable(Control(s)));
        services.AddSingleton(s => new FleetRebuild(Control(s), s.GetRequiredService<TenantSessions>(), s.GetRequiredService<ProvisioningSignal>()));
        services.AddSingleton(s => new ControlDatabase(
            Control(s), s.GetRequiredService<IDocumentStore>(), s.GetRequiredService<TenantSessions>(), options, s.GetRequiredService<TimeProvider>()));
    }

    private static void AddUseCases(IServiceCollection services)
    {
        services.TryAddSingleton<IProofResolver, DnsProofResolver>();
        services.AddSingleton<CreateResellerHandler>();
        services.AddSingleton<CreateCustomerHandler>();
        services.AddSingleton<CreateDomainHandler>();
        services.AddSingleton<ProveDomainHandler>();
        services.AddSingleton<CreateMailboxHandler>();
        services.AddSingleton<SetMailboxPasswordHandler>();
        services.AddSingleton<DeleteMailboxHandler>();
        services.AddSingleton<SetPoolLimitHandler>();
        services.AddSingleton<CreatePlanHandler>();
        services.AddSingleton<ChangePlanHandler>();
        services.AddSingleton<SetCustomerPlanHandler>();
        services.AddSingleton<SetCustomerStageHandler>();
        services.AddSingleton<HoldCustomerHandler>();
        services.AddSingleton<ReleaseCustomerHandler>();
        services.AddSingleton<CreateAliasHandler>();
        services.AddSingleton<SetAliasTargetsHandler>();
        services.AddSingleton<DeleteAliasHandler>();
        services.AddSingleton<ISignUps, SignUpHandler>();
        AddPeople(services);
        AddJobs(services);
        AddWebhooks(services);
        AddDomainChecks(services);
    }

    private static void AddDomainChecks(IServiceCollection services)
    {
        services.TryAddSingleton<IDnsRecords, DnsRecords>();
        services.AddSingleton(s => new DomainCheckTable(Control(s)));
        services.AddSingleton<LoseProofHandler>();
        services.AddSingleton<CheckDomainHandler>();
        services.AddSingleton<DomainChecker>();
    }

    private static void AddWebhooks(IServiceCollection services)
    {
        services.AddSingleton(s => new FleetEvents(Control(s)));
        services.AddSingleton(s => new WebhookTable(Control(s)));
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<CreateWebhookHandler>();
        services.AddSingleton<DeleteWebhookHandler>();
        services.AddSingleton<RedeliverWebhookHandler>();
    }

    private static void AddJobs(IServiceCollection services)
    {
        services.AddSingleton(s => new ImportJobTable(Control(s)));
        services.AddSingleton(s => new ImportLookup(Control(s)));
        services.AddSingleton<ImportFacts>();
        services.AddSingleton<CreateMailboxesHandler>();
        services.AddSingleton<ImportRows>();
        services.AddSingleton<JobActors>();
        services.AddSingleton(s => new JobSlices(
            s.GetRequiredService<ImportJobTable>(), s.GetRequiredService<JobActors>(), s.GetRequiredService<ImportRows>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HostedJobRunner>();
        services.AddSingleton<IJobQueue>(s => s.GetRequiredService<HostedJobRunner>());
        services.AddSingleton(s => new CreateImportHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<ImportFacts>(), s.GetRequiredService<SealingKeys>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new SteerJobHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<ImportJobTable>(), s.GetRequiredService<IJobQueue>(), s.GetRequiredService<TimeProvider>()));
    }

    private static void AddPeople(IServiceCollection services)
    {
        services.AddSingleton(s => new FleetPeople(Control(s)));
        services.AddSingleton<PasswordChecks>();
        services.AddSingleton(s => new LogInThrottle(new LogInBuckets(Control(s)), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new LogInHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<FleetPeople>(), s.GetRequiredService<LogInThrottle>(),
            s.GetRequiredService<PasswordChecks>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new ChangePasswordHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<FleetPeople>(), s.GetRequiredService<LogInThrottle>(),
            s.GetRequiredService<PasswordChecks>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new TotpSeeds(s.GetRequiredService<SealingKeys>()));
        services.AddSingleton<SecondFactorCheck>();
        services.AddSingleton(s => new BeginTotpHandler(s.GetRequiredService<TenantSessions>(), s.GetRequiredService<TotpSeeds>(), s.GetRequiredService<TenancyOptions>()));
        services.AddSingleton(s => new ConfirmTotpHandler(s.GetRequiredService<TenantSessions>(), s.GetRequiredService<TotpSeeds>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new RemoveTotpHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<SecondFactorCheck>(), s.GetRequiredService<LogInThrottle>(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new EnterCodeHandler(
            s.GetRequiredService<TenantSessions>(), s.GetRequiredService<FleetPeople>(), s.GetRequiredService<SecondFactorCheck>(),
            s.GetRequiredService<LogInThrottle>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ResetSecondFactorHandler>();
        services.AddSingleton<CreatePersonHandler>();
        services.AddSingleton<SetPersonRoleHandler>();
        services.AddSingleton<RemovePersonHandler>();
        services.AddSingleton<CreatePasswordLinkHandler>();
        services.AddSingleton<ChoosePasswordHandler>();
        services.AddSingleton<EndSessionHandler>();
        services.AddSingleton(s => new FleetTokens(Control(s)));
        services.AddSingleton<CreateTokenHandler>();
        services.AddSingleton<RevokeTokenHandler>();
        services.AddSingleton<SetSupportConsentHandler>();
        services.AddSingleton<StartSupportAccessHandler>();
    }

    private static void AddProvisioning(IServiceCollection services, TenancyOptions options)
    {
        services.AddSingleton<SealedCommands>();
        services.AddSingleton(s => new ProvisioningProgress(s.GetRequiredService<ProvisioningTable>()));
        services.TryAddSingleton(_ => CellLinks.Connect(options.CellDoors));
        services.AddSingleton<IReadOnlyList<ProvisioningPump>>(s => [.. s.GetRequiredService<CellLinks>().ByName.Select(cell => new ProvisioningPump(
            cell.Key, cell.Value, s.GetRequiredService<ProvisioningTable>(), s.GetRequiredService<SealedCommands>(),
            s.GetRequiredService<ProvisioningSignal>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ProvisioningPump>>()))]);
        services.AddHostedService<TenancyStart>(); // before the pumps: hosted services start in order
        services.AddHostedService<ProvisioningPumps>();
        services.AddHostedService(s => s.GetRequiredService<HostedJobRunner>());
        services.AddHostedService(s => s.GetRequiredService<WebhookSender>());
        services.AddHostedService(s => s.GetRequiredService<DomainChecker>());
    }

    private static void AddRecurringJobs(IServiceCollection services)
    {
        services.AddSingleton(s => new LifecycleTable(Control(s)));
        services.AddSingleton<CustomerPurge>();
        services.AddSingleton(s => new LifecycleForecast(s.GetRequiredService<TenantSessions>(), s.GetRequiredService<LifecycleTable>(), s.GetRequiredService<BusinessClock>()));
        services.AddSingleton<IJob, LifecycleJob>();
        services.AddSingleton<IJob, UnprovenClaimsJob>();
        services.AddSingleton<IJob, PoolCheckJob>();
        services.AddSingleton(s => new NoticeTable(Control(s)));
        services.AddSingleton<IJob, NoticeJob>();
        services.AddSingleton<IJob, HeartbeatJob>();
        services.AddSingleton(s => new JobRunner(
            s.GetServices<IJob>(), new RecurringJobTable(Control(s)), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<JobRunner>>()));
        services.AddHostedService(s => new BusinessClockWatch(
            s.GetRequiredService<BusinessClock>(), new BusinessClockTable(Control(s)), s.GetRequiredService<JobRunner>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<BusinessClockWatch>>()));
    }

    private static NpgsqlDataSource Control(IServiceProvider services) => services.GetRequiredService<ControlConnection>().Database;
}
