using System.Collections.Concurrent;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.SignUps;

namespace Mailfleet.Api.Tests.Portal;

/// <summary>Sign-ups in memory. A test says what is refused; otherwise everything is accepted and found again by its token.</summary>
internal sealed class FakeSignUps : ISignUps
{
    private readonly ConcurrentDictionary<string, SignUpStatus> _statuses = new();

    public ConcurrentQueue<SignUp> Commands { get; } = new();

    /// <summary>What to refuse a command for; nothing means it is accepted.</summary>
    public Func<SignUp, IReadOnlyList<Refusal>> Refuse { get; set; } = _ => [];

    /// <summary>What a check of the proof answers, or null when there is no such sign-up.</summary>
    public Func<string, Outcome<SignUpStatus>?> Check { get; set; } = _ => null;

    /// <summary>Holds every sign-up until it is set.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public SignUpStatus this[string token] { set => _statuses[token] = value; }

    public async Task<Outcome<SignUpReceipt>> SignUpAsync(SignUp command, CancellationToken cancellationToken)
    {
        Commands.Enqueue(command);
        await Gate.WaitAsync(cancellationToken);
        if (Refuse(command) is { Count: > 0 } refusals)
            return Outcome<SignUpReceipt>.Refused(refusals);
        string token = $"token{Commands.Count}";
        _statuses[token] = new SignUpStatus(SignUpStage.Complete, command.Company, command.Domain, $"{command.Mailbox}@{command.Domain}", true, null, null, null);
        return Outcome<SignUpReceipt>.Accepted(new SignUpReceipt(token));
    }

    public Task<SignUpStatus?> FindAsync(string token, CancellationToken cancellationToken) => Task.FromResult(_statuses.GetValueOrDefault(token));

    public Task<Outcome<SignUpStatus>> CheckProofAsync(string token, CancellationToken cancellationToken) =>
        Task.FromResult(Check(token) ?? throw new InvalidOperationException("The test did not say what the check answers."));
}
