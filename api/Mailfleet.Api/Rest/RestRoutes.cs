using System.Data.Common;
using System.Globalization;
using System.Text;
using CsvHelper;
using Mailfleet.Api.GraphQL.Domains;
using Mailfleet.Api.GraphQL.Mailboxes;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Aliases;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Domains;
using Mailfleet.Tenancy.Import;
using Mailfleet.Tenancy.Jobs;
using Mailfleet.Tenancy.Mailboxes;
using Mailfleet.Tenancy.Names;
using Mailfleet.Tenancy.Provisioning;
using Mailfleet.Tenancy.Storage;

namespace Mailfleet.Api.Rest;

/// <summary>Every route of <c>/v1</c>. Each calls the use case that GraphQL calls.</summary>
internal static class RestRoutes
{
    private const long MaxFileBytes = 64 * 1024 * 1024; // 200,000 rows with hashes

    public static IReadOnlyList<RestRoute> All { get; } = [.. Domains(), .. Mailboxes(), .. Aliases(), .. Usage(), .. Files()];

    private static IEnumerable<RestRoute> Domains()
    {
        yield return new("GET", "/v1/domains", "Domains, oldest first.", null, typeof(RestPage<RestDomain>), 200, async call =>
        {
            string? name = call.Query("name");
            var filter = new TextFilter(DomainName.TryParse(name, out DomainName parsed, out _) ? parsed.Value : name);
            await RestLists.WriteAsync(
                call, await RestLists.ReadAsync(call, call.Service<FleetLists>().Domains, "customerId", filter), row => row.Id.Value, RestDomain.Of);
        })
        { Parameters = [.. RestLists.PageParameters, new("customerId", "Of this customer."), new("name", "Exactly this name.")] };

        yield return new("POST", "/v1/domains", "Makes a domain. Until it is proven no mail is local.", typeof(RestDomainCreate), typeof(RestDomain), 201, async call =>
        {
            RestDomainCreate input = await RestJson.ReadAsync<RestDomainCreate>(call);
            CustomerRow customer = await RestLists.FindAsync(call, call.Service<FleetLists>().Customers, input.CustomerId, "customerId", "customer");
            Domain made = Accept(await call.Service<CreateDomainHandler>().HandleAsync(new CreateDomain(customer.Id, input.Name), call.Actor, call.CancellationToken));
            await CreatedAsync(call, $"/v1/domains/{made.Id}", RestDomain.Of((await call.Service<FleetLists>().Domains.FindAsync(call.Actor, made.Id, call.CancellationToken))!));
        });

        yield return new("GET", "/v1/domains/{id}", "One domain.", null, typeof(RestDomain), 200, async call =>
            await RestJson.WriteAsync(call, 200, RestDomain.Of(await RestLists.FindAsync(call, call.Service<FleetLists>().Domains, call.Id, "id", "domain"))));
    }

    private static IEnumerable<RestRoute> Mailboxes()
    {
        yield return new("GET", "/v1/mailboxes", "Mailboxes, oldest first.", null, typeof(RestPage<RestMailbox>), 200, async call =>
        {
            var filter = new TextFilter(call.Query("address") is { } address ? MailboxFilterType.Canonical(address) : null);
            await RestLists.WriteAsync(
                call, await RestLists.ReadAsync(call, call.Service<FleetLists>().Mailboxes, "domainId", filter), row => row.Id.Value, RestMailbox.Of);
        })
        { Parameters = [.. RestLists.PageParameters, new("domainId", "Of this domain."), new("address", "Exactly this address.")] };

        yield return new("POST", "/v1/mailboxes", "Makes a mailbox.", typeof(RestMailboxCreate), typeof(RestMailbox), 201, async call =>
        {
            RestMailboxCreate input = await RestJson.ReadAsync<RestMailboxCreate>(call);
            DomainRow domain = await RestLists.FindAsync(call, call.Service<FleetLists>().Domains, input.DomainId, "domainId", "domain");
            Mailbox made = Accept(await call.Service<CreateMailboxHandler>().HandleAsync(
                new CreateMailbox(domain.Customer, domain.Id, input.LocalPart, input.Password, input.QuotaBytes), call.Actor, call.CancellationToken));
            await CreatedAsync(call, $"/v1/mailboxes/{made.Id}", RestMailbox.Of((await call.Service<FleetLists>().Mailboxes.FindAsync(call.Actor, made.Id, call.CancellationToken))!));
        });

        yield return new("GET", "/v1/mailboxes/{id}", "One mailbox.", null, typeof(RestMailbox), 200, async call =>
            await RestJson.WriteAsync(call, 200, RestMailbox.Of(await FindMailboxAsync(call))));

        yield return new("PUT", "/v1/mailboxes/{id}/password", "Sets a mailbox's password; its sessions end.", typeof(RestPassword), null, 204, async call =>
        {
            RestPassword input = await RestJson.ReadAsync<RestPassword>(call);
            MailboxRow row = await FindMailboxAsync(call);
            Accept(await call.Service<SetMailboxPasswordHandler>().HandleAsync(
                new SetMailboxPassword(row.Customer, row.Id, input.Password), call.Actor, call.CancellationToken));
            call.Http.Response.StatusCode = 204;
        });

        yield return new("DELETE", "/v1/mailboxes/{id}", "Deletes a mailbox and its forward.", null, null, 204, async call =>
        {
            MailboxRow row = await FindMailboxAsync(call);
            Accept(await call.Service<DeleteMailboxHandler>().HandleAsync(new DeleteMailbox(row.Customer, row.Id), call.Actor, call.CancellationToken));
            call.Http.Response.StatusCode = 204;
        });
    }

    private static IEnumerable<RestRoute> Aliases()
    {
        yield return new("GET", "/v1/aliases", "Aliases, groups, forwards and catch-alls, oldest first.", null, typeof(RestPage<RestAlias>), 200, async call =>
        {
            var filter = new TextFilter(call.Query("address") is { } address ? MailboxFilterType.Canonical(address) : null);
            await RestLists.WriteAsync(
                call, await RestLists.ReadAsync(call, call.Service<FleetLists>().Aliases, "domainId", filter), row => row.Id.Value, RestAlias.Of);
        })
        { Parameters = [.. RestLists.PageParameters, new("domainId", "Of this domain."), new("address", "Exactly this address; `*@domain` for a catch-all.")] };

        yield return new("POST", "/v1/aliases", "Makes an alias; the local part `*` takes whatever nobody else has.", typeof(RestAliasCreate), typeof(RestAlias), 201, async call =>
        {
            RestAliasCreate input = await RestJson.ReadAsync<RestAliasCreate>(call);
            DomainRow domain = await RestLists.FindAsync(call, call.Service<FleetLists>().Domains, input.DomainId, "domainId", "domain");
            Alias made = Accept(await call.Service<CreateAliasHandler>().HandleAsync(
                new CreateAlias(domain.Customer, domain.Id, input.LocalPart, input.Targets, input.IsForward), call.Actor, call.CancellationToken));
            await CreatedAsync(call, $"/v1/aliases/{made.Id}", RestAlias.Of((await call.Service<FleetLists>().Aliases.FindAsync(call.Actor, made.Id, call.CancellationToken))!));
        });

        yield return new("GET", "/v1/aliases/{id}", "One alias.", null, typeof(RestAlias), 200, async call =>
            await RestJson.WriteAsync(call, 200, RestAlias.Of(await FindAliasAsync(call))));

        yield return new("PUT", "/v1/aliases/{id}/targets", "Sets where an alias leads: to these and no others.", typeof(RestTargets), typeof(RestAlias), 200, async call =>
        {
            RestTargets input = await RestJson.ReadAsync<RestTargets>(call);
            AliasRow row = await FindAliasAsync(call);
            Accept(await call.Service<SetAliasTargetsHandler>().HandleAsync(new SetAliasTargets(row.Customer, row.Id, input.Targets), call.Actor, call.CancellationToken));
            await RestJson.WriteAsync(call, 200, RestAlias.Of(await FindAliasAsync(call)));
        });

        yield return new("DELETE", "/v1/aliases/{id}", "Deletes an alias.", null, null, 204, async call =>
        {
            AliasRow row = await FindAliasAsync(call);
            Accept(await call.Service<DeleteAliasHandler>().HandleAsync(new DeleteAlias(row.Customer, row.Id), call.Actor, call.CancellationToken));
            call.Http.Response.StatusCode = 204;
        });
    }

    private static IEnumerable<RestRoute> Usage()
    {
        yield return new("GET", "/v1/usage", "Bytes that each mailbox holds and may hold.", null, typeof(RestPage<RestUsage>), 200, async call =>
        {
            Page<MailboxRow> page = await RestLists.ReadAsync(call, call.Service<FleetLists>().Mailboxes, "domainId", TextFilter.None);
            Dictionary<string, long> used = [];
            foreach (IGrouping<string, MailboxRow> cell in page.Rows.GroupBy(row => row.Provisioning.Cell))
                foreach ((string id, long bytes) in await UsedAsync(call, cell.Key, [.. cell.Select(row => row.Id.Value)]))
                    used[id] = bytes;
            await RestLists.WriteAsync(
                call, page, row => row.Id.Value, row => new RestUsage(row.Id.Value, row.Address, used.GetValueOrDefault(row.Id.Value), row.QuotaBytes));
        })
        { Parameters = [.. RestLists.PageParameters, new("domainId", "Of this domain.")] };
    }

    private static IEnumerable<RestRoute> Files()
    {
        yield return new("POST", "/v1/imports", "Reads a CSV file and says what would become of it; GraphQL's jobStart then does it.", typeof(CsvBody), typeof(RestJob), 201, async call =>
        {
            JobKind kind = call.Query("kind") switch
            {
                "domains" => JobKind.ImportDomains,
                "mailboxes" => JobKind.ImportMailboxes,
                "aliases" => JobKind.ImportAliases,
                _ => throw RestException.BadRequest("kind has to be domains, mailboxes or aliases.", "kind"),
            };
            using var reader = new StreamReader(call.Http.Request.Body, Encoding.UTF8);
            string csv = await reader.ReadToEndAsync(call.CancellationToken);
            Job job = Accept(await call.Service<CreateImportHandler>().HandleAsync(new CreateImport(kind, csv), call.Actor, call.CancellationToken));
            await CreatedAsync(call, $"/v1/imports/{job.Id}", RestJob.Of(job));
        })
        { Parameters = [new("kind", "domains, mailboxes or aliases.")], MaxBodyBytes = MaxFileBytes };

        yield return new("GET", "/v1/imports/{id}", "How far an import has come.", null, typeof(RestJob), 200, async call =>
            await RestJson.WriteAsync(call, 200, RestJob.Of(await RestLists.FindAsync(call, call.Service<FleetLists>().Jobs, call.Id, "id", "import"))));

        yield return Export("/v1/exports/mailboxes", "Mailboxes as a CSV file, without passwords.", ["address", "quota_bytes"], lists => lists.Mailboxes,
            row => [row.Address, row.QuotaBytes.ToString(CultureInfo.InvariantCulture)], row => row.Id.Value);
        yield return Export("/v1/exports/aliases", "Aliases as a CSV file, as imports read it.", ["address", "targets", "forward"], lists => lists.Aliases,
            row => [row.Address, string.Join(' ', row.Targets), row.IsForward ? "true" : "false"], row => row.Id.Value);
    }

    private static RestRoute Export<TId, TRow>(
        string path, string summary, string[] header, Func<FleetLists, FleetList<TId, DomainId, TRow>> list, Func<TRow, string[]> cells, Func<TRow, string> id)
        where TId : struct, IPublicId<TId>
        where TRow : class => new("GET", path, summary, null, null, 200, async call =>
        {
            Page<TRow> page = await RestLists.ReadAsync(call, list(call.Service<FleetLists>()), "domainId", TextFilter.None);
            call.Http.Response.ContentType = "text/csv; charset=utf-8";
            await using var text = new StreamWriter(call.Http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            await using var csv = new CsvWriter(text, CultureInfo.InvariantCulture);
            await WriteRecordAsync(csv, header);
            while (true)
            {
                foreach (TRow row in page.Rows)
                    await WriteRecordAsync(csv, cells(row).Select(CsvText.Escape));
                if (!page.HasNext)
                    break;
                page = await NextAsync(call, list(call.Service<FleetLists>()), id(page.Rows[^1]));
            }
        })
        { Parameters = [new("domainId", "Of this domain.")], AnswerMediaType = "text/csv" };

    private static async Task<Page<TRow>> NextAsync<TId, TRow>(RestCall call, FleetList<TId, DomainId, TRow> list, string after)
        where TId : struct, IPublicId<TId>
        where TRow : class
    {
        var page = new PageRequest(1000, After: after);
        return call.Query("domainId") is { } text && DomainId.TryParse(text, out DomainId domain)
            ? (await list.PageOfAsync(call.Actor, [domain], page, TextFilter.None, call.CancellationToken))[domain]
            : await list.PageAsync(call.Actor, page, TextFilter.None, call.CancellationToken);
    }

    private static async Task WriteRecordAsync(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (string cell in cells)
            csv.WriteField(cell);
        await csv.NextRecordAsync();
    }

    // A cell may be away for a while; that is no fault of ours.
    private static async Task<IReadOnlyDictionary<string, long>> UsedAsync(RestCall call, string cell, string[] ids)
    {
        try
        {
            return await call.Service<CellLinks>().ByName[cell].ReadUsedBytesAsync(ids, call.CancellationToken);
        }
        catch (DbException fault) when (fault.IsTransient)
        {
            throw new RestException(RestProblem.Of(StatusCodes.Status503ServiceUnavailable, "CELL_UNAVAILABLE", $"The cell {cell} does not answer. Ask again later."));
        }
    }

    private static Task<MailboxRow> FindMailboxAsync(RestCall call) => RestLists.FindAsync(call, call.Service<FleetLists>().Mailboxes, call.Id, "id", "mailbox");

    private static Task<AliasRow> FindAliasAsync(RestCall call) => RestLists.FindAsync(call, call.Service<FleetLists>().Aliases, call.Id, "id", "alias");

    private static T Accept<T>(Outcome<T> outcome) where T : class => outcome.Value ?? throw new RestException(RestProblem.Of(outcome.Refusals));

    private static Task CreatedAsync<T>(RestCall call, string location, T model)
    {
        call.Http.Response.Headers.Location = location;
        return RestJson.WriteAsync(call, StatusCodes.Status201Created, model);
    }
}
