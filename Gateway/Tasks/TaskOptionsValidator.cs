using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Tasks;

/// <summary>Checks each task type and alias, and names the one that is wrong.</summary>
internal sealed class TaskOptionsValidator : IValidateOptions<TaskOptions>, IValidateOptions<AliasOptions>
{
    public ValidateOptionsResult Validate(string? name, TaskOptions options) =>
        Result(options.Types.SelectMany(type => Check($"{TaskOptions.Section}:{type.Key}", type.Value)));

    public ValidateOptionsResult Validate(string? name, AliasOptions options) =>
        Result(options.Aliases.SelectMany(alias => Check($"{AliasOptions.Section}:{alias.Key}", alias.Value)));

    private static IEnumerable<string> Check(string key, IValidatableObject value) =>
        value.Validate(new ValidationContext(value)).Select(result => $"{key}:{result.ErrorMessage}");

    private static ValidateOptionsResult Result(IEnumerable<string> failures) =>
        failures.ToList() is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
}
