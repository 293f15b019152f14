using System.Runtime.CompilerServices;
using System.Text;

namespace Mailfleet.Message.Tests;

/// <summary>Tests that use MimeKit themselves would otherwise let it look for code pages before the product has registered them, and it remembers what it did not find.</summary>
internal static class CodePages
{
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
