using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mailfleet.Tenancy.Contracts;

/// <summary>Any node of the tree that people, tokens and limits can stand at: a reseller (the operator's own node is one), a customer or a domain.</summary>
[JsonConverter(typeof(PublicIdConverter<NodeId>))]
public readonly record struct NodeId : IPublicId<NodeId>
{
    private readonly string? _value;

    private NodeId(string value) => _value = value;

    /// <summary>None of its own: the id of the node is the id of what stands there.</summary>
    public static string Prefix => "";

    public static NodeId Root { get; } = Of(ResellerId.Root);

    public string Value => _value ?? throw new InvalidOperationException("A default NodeId names nothing.");

    public static NodeId Of(ResellerId reseller) => new(reseller.Value);

    public static NodeId Of(CustomerId customer) => new(customer.Value);

    public static NodeId Of(DomainId domain) => new(domain.Value);

    public static NodeId Parse(string text) =>
        TryParse(text, out NodeId id) ? id : throw new FormatException($"'{text}' is not the id of a node.");

    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        bool isValid = ResellerId.TryParse(text, out _) || CustomerId.TryParse(text, out _) || DomainId.TryParse(text, out _);
        id = isValid ? new(text!) : default;
        return isValid;
    }

    public override string ToString() => Value;
}
