using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Mailfleet.Tenancy.Contracts;

namespace Mailfleet.Tenancy;

internal static class Validation
{
    /// <summary>One refusal a field: the first that failed. Empty when the command is well formed.</summary>
    public static IReadOnlyList<Refusal> Check<TCommand>(this AbstractValidator<TCommand> validator, TCommand command) =>
        [.. validator.Validate(command).Errors.DistinctBy(e => e.PropertyName).Select(ToRefusal)];

    private static Refusal ToRefusal(ValidationFailure failure) =>
        new(failure.CustomState as ErrorCode? ?? ErrorCode.Invalid, string.Join('.', failure.PropertyName.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName)), failure.ErrorMessage);
}
