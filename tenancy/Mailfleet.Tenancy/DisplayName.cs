using System.Text;
using FluentValidation;

namespace Mailfleet.Tenancy;

internal static class DisplayName
{
    private const int MaxLength = 200; // longer than any registered company name, short enough for one line of a list

    /// <summary>A name that people read: present, one line, of sane length.</summary>
    private const int MaxReason = 500;

    /// <summary>One line that says why.</summary>
    public static IRuleBuilderOptions<T, string> IsReason<T>(this IRuleBuilderInitial<T, string> rule) => rule
        .Must(reason => !string.IsNullOrWhiteSpace(reason) && reason.Trim().Length <= MaxReason && !reason.Any(char.IsControl) && reason.IsNormalized())
        .WithMessage($"Say in one line of at most {MaxReason} characters why.");

    public static IRuleBuilderOptions<T, string> IsDisplayName<T>(this IRuleBuilderInitial<T, string> rule) => rule
        .Cascade(CascadeMode.Stop)
        .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Type a name.")
        .MaximumLength(MaxLength).WithMessage($"The name is longer than {MaxLength} characters.")
        .Must(IsShowable).WithMessage("The name has characters that cannot be shown.");

    // A lone surrogate has no UTF-8 form, so PostgreSQL could not hold it; U+FFFD is what became of one on the way here.
    private static bool IsShowable(string name) => name.EnumerateRunes().All(rune => !Rune.IsControl(rune) && rune != Rune.ReplacementChar);
}
