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

    /// <summary>The code a rule refuses with, when it is not <see cref="ErrorCode.Invalid"/>.</summary>
    public static IRuleBuilderOptions<T, TProperty> Refuses<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, ErrorCode code) =>
        rule.WithState(_ => code);

    private static Refusal ToRefusal(ValidationFailure failure) =>
        new(failure.CustomState as ErrorCode? ?? ErrorCode.Invalid, JsonNamingPolicy.CamelCase.ConvertName(failure.PropertyName), failure.ErrorMessage);
}
