using Microsoft.Extensions.Options;

namespace Skipper.Gateway.Triggers;

/// <summary>Which workflow is started for each new version of a dataset: section <c>Skipper:Triggers</c>.</summary>
public sealed class PublishedTriggerOptions
{
    /// <summary>By dataset name, <c>Skipper:Triggers:Published:{dataset}</c>. Default: none.</summary>
    public Dictionary<string, PublishedTrigger> Published { get; } = new(StringComparer.Ordinal);
}

/// <summary>What is started for each version of one dataset.</summary>
public sealed class PublishedTrigger
{
    /// <summary>Name of the workflow; it must have the inputs <c>dataset</c> and <c>version</c>.</summary>
    public string Workflow { get; set; } = "";

    /// <summary>Further inputs, all of them text. Default: none.</summary>
    public Dictionary<string, string> Inputs { get; } = new(StringComparer.Ordinal);
}

/// <summary>Validates each trigger, which annotations alone do not reach.</summary>
internal sealed class PublishedTriggerOptionsValidator : IValidateOptions<PublishedTriggerOptions>
{
    public ValidateOptionsResult Validate(string? name, PublishedTriggerOptions options)
    {
        var wrong = options.Published.Where(trigger => string.IsNullOrWhiteSpace(trigger.Value.Workflow))
            .Select(trigger => $"{DriftTriggerOptions.Section}:Published:{trigger.Key}:Workflow must name a workflow, was empty")
            .ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
