using Mailfleet.Node.Options;
using Mailfleet.Store.Spooling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mailfleet.Node.Tests;

public sealed class SpoolPlaceTests
{
    private static readonly SpoolStatus Empty = new(0, 0, null, 0);

    [Fact]
    public void StandsBesideTheSegmentsUnlessItIsSet()
    {
        Assert.Equal("/var/cell/spool", SpoolPlace.Root("", "/var/cell/segments/"));
        Assert.Equal("/fast/spool", SpoolPlace.Root("/fast/spool", "/nas/segments"));
    }

    [Fact]
    public void EachNodeHasItsOwn() => Assert.NotEqual(
        SpoolPlace.Of(Options(), "127.0.0.1")!.Directory, SpoolPlace.Of(Options(), "../127.0.0.1")!.Directory);

    [Fact]
    public void NameOfANodeNeverLeadsOutOfTheDirectory() =>
        Assert.Equal(SpoolPlace.Root("", Options().Cell.Segments), Path.GetDirectoryName(Path.GetFullPath(SpoolPlace.Of(Options(), "../../etc")!.Directory)));

    [Fact]
    public void NodeThatDoesNotReceiveKeepsNothing()
    {
        Assert.Null(SpoolPlace.Of(Options() with { Roles = ["pop3"] }, "a"));
        Assert.Null(SpoolPlace.Of(Options() with { Spool = new NodeSpoolOptions { Bytes = 0 } }, "a"));
    }

    // What was promised before the setting changed is still brought in.
    [Fact]
    public void NodeThatNoLongerReceivesBringsInWhatItHas()
    {
        string root = System.IO.Directory.CreateTempSubdirectory("mailfleet-spool-").FullName;
        try
        {
            NodeOptions options = Options() with { Roles = ["pop3"], Spool = new NodeSpoolOptions { Directory = root } };
            System.IO.Directory.CreateDirectory(Path.Combine(root, "a"));
            Assert.Equal(0, SpoolPlace.Of(options, "a")!.MaxBytes);
        }
        finally
        {
            System.IO.Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void HealthTellsWaitingMailFromANodeThatIsOfNoUse()
    {
        Assert.Equal(HealthStatus.Healthy, CellHealth.Judge(isCurrent: true, Empty, canSpool: true).Status);
        Assert.Equal(HealthStatus.Healthy, CellHealth.Judge(isCurrent: true, spool: null, canSpool: false).Status);
        Assert.Equal(HealthStatus.Degraded, CellHealth.Judge(isCurrent: true, Empty with { Messages = 1 }, canSpool: true).Status);
        Assert.Equal(HealthStatus.Degraded, CellHealth.Judge(isCurrent: true, Empty with { AsideFiles = 1 }, canSpool: true).Status);
        Assert.Equal(HealthStatus.Degraded, CellHealth.Judge(isCurrent: false, Empty, canSpool: true).Status);
        Assert.Equal(HealthStatus.Unhealthy, CellHealth.Judge(isCurrent: false, Empty, canSpool: false).Status);
    }

    private static NodeOptions Options() => new() { Cell = new CellOptions { Segments = "/nowhere/at/all/segments" } };
}
