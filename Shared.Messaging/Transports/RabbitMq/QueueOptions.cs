using System.ComponentModel.DataAnnotations;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>Shapes of queues by name: <c>Skipper:Messaging:Queues:skipper_training:Profile</c>.</summary>
public sealed class QueueOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Skipper:Messaging";

    private const string Compat = "Compat";
    private const string Durable = "Durable";

    /// <summary>By queue name. Default: none, so that every queue has the default profile.</summary>
    public Dictionary<string, QueueProfile> Queues { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (queue, options) in Queues)
        {
            var key = $"{Section}:Queues:{queue}";
            if (options.Profile is not (null or Compat or Durable))
            {
                yield return new ValidationResult($"{key}:Profile must be {Compat} or {Durable}, was '{options.Profile}'");
            }

            if (options.Profile == Compat && Contracts.Queues.IsInternal(queue))
            {
                yield return new ValidationResult($"{key}:Profile must be {Durable}, because {queue} is a queue of the mesh itself, was '{Compat}'");
            }

            if (options.Type is not (null or "classic" or "quorum"))
            {
                yield return new ValidationResult($"{key}:Type must be classic or quorum, was '{options.Type}'");
            }

            if (options.Type is not null && !IsDurable(queue))
            {
                yield return new ValidationResult($"{key}:Type needs {key}:Profile to be {Durable}, was '{options.Profile ?? Compat}'");
            }
        }
    }

    /// <summary>The shape that a queue should have.</summary>
    internal QueueShape ShapeOf(string queue) => new(IsDurable(queue), Queues.GetValueOrDefault(queue)?.Type);

    private bool IsDurable(string queue) =>
        (Queues.GetValueOrDefault(queue)?.Profile ?? (Contracts.Queues.IsInternal(queue) ? Durable : Compat)) == Durable;
}

/// <summary>The wanted shape of one queue.</summary>
public sealed class QueueProfile
{
    /// <summary>
    /// <c>Compat</c> (transient, as skipper-lib declares it) or <c>Durable</c>. Default: Compat for task queues, Durable for the
    /// mesh's own (<c>skipper.*</c>).
    /// </summary>
    public string? Profile { get; set; }

    /// <summary>
    /// <c>classic</c> or <c>quorum</c>, for a durable queue. Default: the broker's default, without an argument, which other clients
    /// can declare too.
    /// </summary>
    public string? Type { get; set; }
}
