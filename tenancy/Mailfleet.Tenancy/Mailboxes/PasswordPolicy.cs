using System.Collections.Frozen;
using FluentValidation;
using FluentValidation.Results;
using Mailfleet.Cell.Passwords;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy.Mailboxes;

/// <summary>NIST SP 800-63B §3.1.1.2: a minimum length and a list of what attackers try first; no rules about kinds of characters.</summary>
public static class PasswordPolicy
{
    public const int MinLength = 8;
    public const int MaxLength = 256; // bounds what one log-in makes the hash function read

    private static readonly FrozenSet<string> Commonest = FrozenSet.ToFrozenSet(
    [
        "password", "password1", "password12", "password123", "passw0rd", "p@ssw0rd", "p@ssword", "12345678", "123456789", "1234567890", "87654321",
        "11111111", "00000000", "88888888", "66666666", "qwertyui", "qwertyuiop", "qwerty123", "qwerty12345", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx",
        "abcd1234", "abc12345", "abcdefgh", "a1b2c3d4", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "trustno1", "letmein1",
        "welcome1", "welcome123", "admin123", "administrator", "changeme", "computer", "internet", "whatever", "starwars", "dragon123", "monkey123",
        "5201314520", "woaini1314", "woaini520", "asdfghjkl", "zxcvbnm1", "mailfleet",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the password will not do, as a sentence; null when it will.</summary>
    public static string? FindFault(string? password, string? localPart)
    {
        if (string.IsNullOrEmpty(password) || password.Length < MinLength)
            return $"The password needs at least {MinLength} characters.";
        if (password.Length > MaxLength)
            return $"The password is longer than {MaxLength} characters.";
        if (password.Any(char.IsControl) || !PasswordText.IsAcceptable(password))
            return "The password has characters that mail programs cannot send."; // RFC 4616 §2: NUL separates; RFC 8265 §4.2
        if (Commonest.Contains(password))
            return "This password is one of the first that attackers try.";
        return localPart is { Length: > 0 } && password.Equals(localPart, StringComparison.OrdinalIgnoreCase)
            ? "The password must not be the address itself."
            : null;
    }

    internal static IRuleBuilderOptionsConditions<T, string> IsStrongPassword<T>(this IRuleBuilder<T, string> rule, Func<T, string?> localPart) =>
        rule.Custom((password, context) =>
        {
            if (FindFault(password, localPart(context.InstanceToValidate)) is { } fault)
                context.AddFailure(new ValidationFailure(context.PropertyPath, fault) { CustomState = ErrorCode.PasswordTooWeak });
        });
}
