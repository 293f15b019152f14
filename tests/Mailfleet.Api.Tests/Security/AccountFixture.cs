using System.Net;
using System.Text.Json.Nodes;
using Mailfleet.Api.Tests.GraphQL;
using Mailfleet.Api.Tests.Portal;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.People;
using Mailfleet.Tenancy.Rights;
using Microsoft.Extensions.DependencyInjection;

namespace Mailfleet.Api.Tests.Security;

/// <summary>The whole api host, and people who log in to it.</summary>
public sealed class AccountFixture : ApiFixture
{
    public const string Password = "correct horse";

    private int _names;

    public string NewLogin() => $"p{Interlocked.Increment(ref _names)}@people.example";

    /// <summary>Makes somebody with a role at a node; the operator's when none is named.</summary>
    internal async Task<(string Login, PersonId Id)> CreatePersonAsync(Role role = Role.Operator, NodeId? node = null)
    {
        string login = NewLogin();
        Outcome<CreatePersonResult> made = await Services.GetRequiredService<CreatePersonHandler>().HandleAsync(
            new CreatePerson(node ?? NodeId.Root, role, login, $"Ann {role}", Password), Actor.Operator("test"), CancellationToken.None);
        return (login, made.Value!.Person.Id);
    }

    /// <summary>Invites somebody and returns the token of the link.</summary>
    internal async Task<(string Login, string Token)> InviteAsync(Role role)
    {
        string login = NewLogin();
        Outcome<CreatePersonResult> made = await Services.GetRequiredService<CreatePersonHandler>().HandleAsync(
            new CreatePerson(NodeId.Root, role, login, "Bo", Password: null), Actor.Operator("test"), CancellationToken.None);
        return (login, made.Value!.LinkToken!);
    }

    internal Visitor Visit(string language = "en", string from = "127.0.0.1") => new(Http.BaseAddress!, language, from);

    internal static async Task<Html> LogInAsync(Visitor visitor, string login, string password = Password)
    {
        Html form = await visitor.GetAsync("/login");
        return await visitor.PostAsync("/login", Fields(form, ("login", login), ("password", password)));
    }

    /// <summary>A visitor who has logged in.</summary>
    internal async Task<Visitor> EnterAsync(string login)
    {
        Visitor visitor = Visit();
        Assert.Equal(HttpStatusCode.SeeOther, (await LogInAsync(visitor, login)).Status);
        return visitor;
    }

    internal static Dictionary<string, string> Fields(Html form, params (string Name, string Value)[] values)
    {
        Dictionary<string, string> fields = new() { [Html.TokenField] = form.Token };
        foreach ((string name, string value) in values)
            fields[name] = value;
        return fields;
    }

    /// <summary>Asks GraphQL as a page of this origin would.</summary>
    internal async Task<JsonObject> AskAsync(Visitor visitor, string query, object? variables = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { query, variables }),
        };
        request.Headers.Add("Origin", Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Accept.ParseAdd("application/json");
        Html answer = await visitor.SendAsync(request);
        return JsonNode.Parse(answer.Source)!.AsObject();
    }
}
