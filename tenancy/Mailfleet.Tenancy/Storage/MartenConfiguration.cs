using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using JasperFx.MultiTenancy;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Lifecycle;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Plans;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.SignUps;
using Marten;
using Npgsql;
using Weasel.Core;

namespace Mailfleet.Tenancy.Storage;

/// <summary>How Marten stores our streams and documents.</summary>
internal static class MartenConfiguration
{
    public static DocumentStore Create(NpgsqlDataSource database, TimeProvider clock, ProvisioningSignal signal) => DocumentStore.For(options =>
    {
        options.Connection(database);
        options.DatabaseSchemaName = "marten";
        options.AutoCreateSchemaObjects = AutoCreate.None; // ControlDatabase applies it once, at start and under a lock
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, Configure);
        options.DisableNpgsqlLogging = true;

        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.TenancyStyle = TenancyStyle.Conjoined;
        options.Events.AppendMode = EventAppendMode.Rich; // the projections need each event's version
        options.Events.TimeProvider = clock;
        options.Events.MetadataConfig.UserNameEnabled = true;
        NameEvents(options);

        // Tenant = customer. What must be one in the whole fleet says so.
        options.Policies.AllDocumentsAreMultiTenanted();
        options.Schema.For<NameClaim>().SingleTenanted().Index(claim => claim.Reversed, index => index.Mask = "? text_pattern_ops");
        options.Schema.For<SignUpRecord>().SingleTenanted();

        options.Projections.Add(new ListProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new ProvisioningProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new FeedProjection(clock), ProjectionLifecycle.Inline);
        options.Listeners.Add(signal);
    });

    /// <summary>Changes when the tables that this release wants change.</summary>
    public static string Fingerprint(IDocumentStore store) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store.Storage.ToDatabaseScript())));

    private static void Configure(JsonSerializerOptions json)
    {
        json.Converters.Add(new SubtreePathConverter());
    }

    // Stored names are explicit, so that a class may be renamed and old events still open.
    private static void NameEvents(StoreOptions options)
    {
        options.Events.MapEventType<ResellerCreated>("reseller_created");
        options.Events.MapEventType<CustomerCreated>("customer_created");
        options.Events.MapEventType<CustomerPlaced>("customer_placed");
        options.Events.MapEventType<CustomerPlanSet>("customer_plan_set");
        options.Events.MapEventType<CustomerTermsPinned>("customer_terms_pinned");
        options.Events.MapEventType<CustomerStageSet>("customer_stage_set");
        options.Events.MapEventType<CustomerStageAnnounced>("customer_stage_announced");
        options.Events.MapEventType<CustomerHeld>("customer_held");
        options.Events.MapEventType<CustomerHoldReleased>("customer_hold_released");
        options.Events.MapEventType<CustomerPurged>("customer_purged");
        options.Events.MapEventType<DomainAdded>("domain_added");
        options.Events.MapEventType<DomainProven>("domain_proven");
        options.Events.MapEventType<DomainProofLost>("domain_proof_lost");
        options.Events.MapEventType<DomainReleased>("domain_released");
        options.Events.MapEventType<MailboxCreated>("mailbox_created");
        options.Events.MapEventType<MailboxPasswordSet>("mailbox_password_set");
        options.Events.MapEventType<MailboxDeleted>("mailbox_deleted");
        options.Events.MapEventType<AliasCreated>("alias_created");
        options.Events.MapEventType<AliasTargetsSet>("alias_targets_set");
        options.Events.MapEventType<AliasDeleted>("alias_deleted");
    }
}
