using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Triggers;

/// <summary>Validates each trigger, which annotations alone do not reach.</summary>
internal sealed class DriftTriggerOptionsValidator : IValidateOptions<DriftTriggerOptions>
{
    public ValidateOptionsResult Validate(string? name, DriftTriggerOptions options)
    {
        var wrong = options.Drift
            .SelectMany(trigger => trigger.Value.Validate(new ValidationContext(trigger.Value))
                .Select(result => $"{DriftTriggerOptions.Section}:Drift:{trigger.Key}:{result.ErrorMessage}"))
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
