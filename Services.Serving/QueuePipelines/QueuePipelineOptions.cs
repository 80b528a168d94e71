using System.ComponentModel.DataAnnotations;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.QueuePipelines;

/// <summary>The two queues of consumers that are not HTTP: requests in, answers out.</summary>
public sealed class QueuePipelineOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Serving:QueuePipeline";

    private const string Message = $"{Section}:Input and :Output must name queues";

    /// <summary>Where requests come from. Default: skipper_predict_in.</summary>
    [Required(ErrorMessage = Message)]
    public string Input { get; set; } = "skipper_predict_in";

    /// <summary>Where answers and errors go that are asked for by no reply queue. Default: skipper_predict_out.</summary>
    [Required(ErrorMessage = Message)]
    public string Output { get; set; } = "skipper_predict_out";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Input == Output)
        {
            yield return new ValidationResult($"{Section}:Input and :Output must be two queues, were both '{Input}'");
        }

        if (Queues.IsInternal(Input) || Queues.IsInternal(Output) || Input == Queues.Serving)
        {
            yield return new ValidationResult(
                $"{Section}:Input and :Output must not be queues of the mesh itself, were '{Input}' and '{Output}'");
        }
    }
}
