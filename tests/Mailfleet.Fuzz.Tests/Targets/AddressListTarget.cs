using System.Text;
using Mailfleet.Message;

namespace Mailfleet.Fuzz.Tests.Targets;

/// <summary>Address fields: the addresses that were read, written as a list, are the same list.</summary>
internal sealed class AddressListTarget : FuzzTarget
{
    public override string Name => "address-list";

    public override IReadOnlyList<string> Words { get; } = ["group: ", ";", ", ", "(comment (nested))", "\"quoted \\\" name\" ", "<a@b.test>", "a . b @ c . test", "=?utf-8?q?x?= ", "\r\n "];

    public override ValueTask CheckAsync(byte[] input)
    {
        if (AddressList.Parse(input) is not { } addresses)
            return ValueTask.CompletedTask;
        string text = string.Join(", ", addresses);
        Assert.DoesNotContain(text, char.IsControl);
        Assert.Equal(addresses, AddressList.Parse(Encoding.UTF8.GetBytes(text)));
        return ValueTask.CompletedTask;
    }
}
