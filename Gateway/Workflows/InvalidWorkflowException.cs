using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

/// <summary>A definition was refused; tells everything that is wrong in it.</summary>
internal sealed class InvalidWorkflowException(IReadOnlyList<DefinitionError> errors) : Exception(Describe(errors))
{
    public IReadOnlyList<DefinitionError> Errors { get; } = errors;

    private static string Describe(IReadOnlyList<DefinitionError> errors) => errors.Count == 1
        ? $"The definition is wrong at line {errors[0].Line}, column {errors[0].Column}: {errors[0].Message}"
        : $"The definition is wrong at {errors.Count} places; the first is line {errors[0].Line}, column {errors[0].Column}: "
            + errors[0].Message;
}
