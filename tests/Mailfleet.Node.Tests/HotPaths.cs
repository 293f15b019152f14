using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mailfleet.Smtp;

namespace Mailfleet.Node.Tests;

/// <summary>Counting is done for every command of every session: it must cost nothing that a collector has to clean up.</summary>
public sealed class HotPaths
{
    [Fact]
    public void CountingACommandAllocatesNothingWhileSomebodyListens()
    {
        long seen = 0;
        using MeterListener listener = new() { InstrumentPublished = static (instrument, listener) => Listen(instrument, listener) };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => seen += value);
        listener.Start();
        Count(1_000);                                   // made ready
        long before = GC.GetAllocatedBytesForCurrentThread();
        Count(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(seen >= 11_000 * 3, "the listener heard nothing");
    }

    [Fact]
    public void ATransactionIsTracedOnlyForAListener()
    {
        Assert.Null(SmtpMetrics.StartTransaction("0123456789abcdef", SmtpService.Mx));
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == "Mailfleet.Smtp",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using Activity? span = SmtpMetrics.StartTransaction("0123456789abcdef", SmtpService.Mx);
        Assert.NotNull(span);
        Assert.Equal("0123456789abcdef", span.GetTagItem("session"));
        Assert.Null(Activity.Current);
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "Mailfleet.Smtp")
            listener.EnableMeasurementEvents(instrument);
    }

    private static void Count(int times)
    {
        for (int i = 0; i < times; i++)
        {
            SmtpMetrics.Answered(SmtpService.Mx, "RCPT", SmtpReply.RecipientOk);
            SmtpMetrics.Refused(SmtpService.Mx, SmtpReply.TooLarge);
            SmtpMetrics.Accepted(SmtpService.Mx, 1);
        }
    }
}
