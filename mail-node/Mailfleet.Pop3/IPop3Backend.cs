namespace Mailfleet.Pop3;

/// <summary>What a POP3 session needs from the node.</summary>
public interface IPop3Backend
{
    /// <summary>Checks the password and opens a snapshot of the inbox.</summary>
    ValueTask<Pop3LogIn> LogInAsync(Pop3Client client, string user, string password, CancellationToken cancellationToken);
}
