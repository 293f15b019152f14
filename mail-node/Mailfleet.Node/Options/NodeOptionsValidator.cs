using Microsoft.Extensions.Options;

namespace Mailfleet.Node.Options;

[OptionsValidator]
internal sealed partial class NodeOptionsValidator : IValidateOptions<NodeOptions>;
