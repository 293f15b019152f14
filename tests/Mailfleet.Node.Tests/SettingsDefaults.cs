using Mailfleet.Directory;
using Mailfleet.Filter;
using Mailfleet.Filter.Sending;
using Mailfleet.Node.Options;
using Mailfleet.Store;
using Mailfleet.Store.Compacting;

namespace Mailfleet.Node.Tests;

/// <summary>A setting's default is that of the part it sets: the reasons stand in both places.</summary>
public sealed class SettingsDefaults
{
    [Fact]
    public void DirectoryAndLogIns() => Assert.Equal(new DirectoryOptions { HostName = "node.test" }, new DirectorySettings().ToOptions("node.test", "", new LogInOptions()));

    [Fact]
    public void Store() => Assert.Equal(new StoreOptions("segments"), new StoreSettings().ToOptions("segments"));

    [Fact]
    public void Defence() => Assert.Equal(new DefenceLimits(), new DefenceOptions().ToLimits());

    [Fact]
    public void Sending() => Assert.Equal(new SendingAllowance(), new SendingOptions().ToAllowance());

    [Fact]
    public void Compaction() => Assert.Equal(new CompactionOptions(), new StoreSettings().ToCompaction());
}
