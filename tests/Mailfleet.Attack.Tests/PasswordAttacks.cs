namespace Mailfleet.Attack.Tests;

/// <summary>One account is guessed from many networks; then its owner logs in as ever, and the attacker would not even with the right password.</summary>
public sealed class PasswordAttacks(AttackedMailfleet mailfleet)
{
    [Fact]
    public async Task Pop3PasswordAttackIsStoppedAndItsVictimLogsIn()
    {
        const string alice = "alice@demo.test";
        Assert.StartsWith("+OK", await mailfleet.Pop3LogInAsync("127.66.1.7", alice, AttackedMailfleet.Password), StringComparison.Ordinal);

        IReadOnlyList<string?> answers = await GuessAsync(2, (from, password) => mailfleet.Pop3LogInAsync(from, alice, password));
        int judged = answers.Count(answer => answer?.StartsWith("-ERR [AUTH]", StringComparison.Ordinal) == true);
        Assert.InRange(judged, 1, AttackedMailfleet.AccountFailures);
        Assert.All(answers, answer => Assert.True(answer is null || answer.StartsWith("-ERR [AUTH]", StringComparison.Ordinal) || answer.StartsWith("-ERR [SYS/TEMP]", StringComparison.Ordinal), answer));

        Assert.StartsWith("-ERR [SYS/TEMP]", await mailfleet.Pop3LogInAsync("127.66.9.1", alice, AttackedMailfleet.Password), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await mailfleet.Pop3LogInAsync("127.66.1.7", alice, AttackedMailfleet.Password), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmtpPasswordAttackIsStoppedAndItsVictimLogsIn()
    {
        const string bob = "bob@demo.test";
        Assert.StartsWith("235", await mailfleet.SubmissionLogInAsync("127.66.11.7", bob, AttackedMailfleet.Password), StringComparison.Ordinal);

        IReadOnlyList<string?> answers = await GuessAsync(12, (from, password) => mailfleet.SubmissionLogInAsync(from, bob, password));
        Assert.InRange(answers.Count(answer => answer?.StartsWith("535 5.7.8", StringComparison.Ordinal) == true), 1, AttackedMailfleet.AccountFailures);
        Assert.All(answers, answer => Assert.True(answer is null || answer.StartsWith("535 5.7.8", StringComparison.Ordinal) || answer.StartsWith("454 4.7.0", StringComparison.Ordinal), answer));

        Assert.StartsWith("454 4.7.0", await mailfleet.SubmissionLogInAsync("127.66.19.1", bob, AttackedMailfleet.Password), StringComparison.Ordinal);
        Assert.StartsWith("235", await mailfleet.SubmissionLogInAsync("127.66.11.7", bob, AttackedMailfleet.Password), StringComparison.Ordinal);
    }

    // Five networks, four tries from each before the pair is full, all at once and then again: more than the account allows.
    private static async Task<IReadOnlyList<string?>> GuessAsync(int firstNetwork, Func<string, string, Task<string?>> logIn)
    {
        List<string?> answers = [];
        for (int round = 0; round < 2; round++)
        {
            answers.AddRange(await Task.WhenAll(
                from network in Enumerable.Range(firstNetwork, 5)
                from guess in Enumerable.Range(0, 4)
                select logIn($"127.66.{network}.1", $"guess-{round}-{network}-{guess}")));
        }

        return answers;
    }
}
