using Marten;
using Marten.Services;

namespace Mailfleet.Tenancy.Provisioning;

/// <summary>Wakes the pumps after each commit of this process. A hint: what a pump does, it reads from the table.</summary>
internal sealed class ProvisioningSignal : DocumentSessionListenerBase
{
    private volatile TaskCompletionSource _next = Make();

    /// <summary>Completes at the next commit after this call; take it before reading the table, so that no commit falls between.</summary>
    public Task Next => _next.Task;

    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        Interlocked.Exchange(ref _next, Make()).SetResult();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
