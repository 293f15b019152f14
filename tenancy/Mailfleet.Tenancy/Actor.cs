using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy;

/// <summary>Who asks for a use case, how far they see, and what they may do there.</summary>
/// <param name="Login">Name that events and the audit keep.</param>
/// <param name="Place">Where their role is held: they see what stands there and below.</param>
/// <param name="Rights">What they may do at their place and below: those of the role, or fewer.</param>
public sealed record Actor(string Login, Role Role, SubtreePath Place, RightSet Rights)
{
    /// <summary>Login of the operator's own token, which stands in no table.</summary>
    public const string OperatorToken = "operator token";

    /// <summary>The person who acts, by themselves or by a token of theirs.</summary>
    public PersonId? Person { get; init; }

    /// <summary>The token they act by.</summary>
    public TokenId? Token { get; init; }

    /// <summary>Id of the token or person behind the log-in; null for what acts by itself.</summary>
    public string? Id => Token?.Value ?? Person?.Value;

    /// <summary>Log-in of the one they act for, where they have taken somebody's place.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The client's address; null for what acts by itself.</summary>
    public string? Source { get; init; }

    public static Actor Visitor { get; } = Of("sign-up", Role.Visitor, SubtreePath.Root);

    /// <summary>The reseller they belong to: the parent of what they create when they name none.</summary>
    public ResellerId Node => Place.Reseller;

    public static Actor Operator(string login) => Of(login, Role.Operator, SubtreePath.Root);

    public static Actor Of(string login, Role role, SubtreePath place) => new(login, role, place, RoleRights.Of(role));

    public bool May(Right right) => Rights.Contains(right);

    public bool May(Right right, SubtreePath place) => May(right) && Place.Contains(place);

    /// <summary>
    /// Why they may not use the right on a thing, or null when they may. What is out of sight is answered like what is not there; what is in sight and
    /// not allowed is said so.
    /// </summary>
    /// <param name="place">Where the thing stands; null when there is none.</param>
    /// <param name="field">The command's field that names the thing.</param>
    /// <param name="thing">What the thing is called: <c>mailbox</c>.</param>
    public Refusal? FindRefusal(Right right, SubtreePath? place, string field, string thing)
    {
        if (place is not { } there || !Place.Contains(there))
            return new Refusal(ErrorCode.NotFound, field, $"There is no such {thing}.");
        return May(right) ? null : new Refusal(ErrorCode.Forbidden, field, "Your role does not allow this here.");
    }
}
