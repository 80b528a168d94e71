using System.ComponentModel.DataAnnotations;

namespace Skipper.Gateway.Triggers;

/// <summary>Which workflow is started when a dataset has drifted: section <c>Skipper:Triggers</c>.</summary>
public sealed class DriftTriggerOptions
{
    public const string Section = "Skipper:Triggers";

    /// <summary>By dataset name, <c>Skipper:Triggers:Drift:{dataset}</c>. Default: none.</summary>
    public Dictionary<string, DriftTrigger> Drift { get; } = new(StringComparer.Ordinal);
}

/// <summary>What is started for one dataset.</summary>
public sealed class DriftTrigger : IValidatableObject
{
    /// <summary>Name of the workflow; it must have the inputs <c>dataset</c> and <c>version</c>.</summary>
    public string Workflow { get; set; } = "";

    /// <summary>For how long no other run is started after one was. Hours. Default: 24.</summary>
    public double CooldownHours { get; set; } = 24;

    /// <summary>Further inputs, all of them text. Default: none.</summary>
    public Dictionary<string, string> Inputs { get; } = new(StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Workflow))
        {
            yield return new ValidationResult("Workflow must name a workflow, was empty");
        }

        if (!(CooldownHours is >= 0 and <= 8760))
        {
            yield return new ValidationResult($"CooldownHours must be between 0 and 8760, was {CooldownHours}");
        }
    }
}
