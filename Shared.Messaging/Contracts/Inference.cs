namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks what a model takes and answers, in the words of the Open Inference Protocol.</summary>
[TaskType("describe_tensors", Queues.Serving, Idempotent = true)]
public sealed record DescribeTensors : IRequest<ModelTensors>
{
    /// <summary>Which model.</summary>
    public required ServedModelName Data { get; init; }
}

/// <summary>The inputs and outputs of a model as tensors: the protocol's model metadata.</summary>
public sealed record ModelTensors
{
    /// <summary>Model name.</summary>
    public required string Name { get; init; }

    /// <summary>The version that is described, as text, then the others that this worker has loaded, the newest first.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>Where it comes from: <c>skipper_</c> and the name of the engine.</summary>
    public required string Platform { get; init; }

    /// <summary>One for each feature; a request may send them as one tensor of shape (rows, features) instead.</summary>
    public required IReadOnlyList<TensorDescription> Inputs { get; init; }

    /// <summary>One for each predicted value.</summary>
    public required IReadOnlyList<TensorDescription> Outputs { get; init; }
}

/// <summary>A tensor of a model.</summary>
public sealed record TensorDescription
{
    /// <summary>Name of the feature or the predicted value.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>FP64</c>; inputs may be of any other datatype that holds the same values.</summary>
    public required string Datatype { get; init; }

    /// <summary>Dimensions; -1 = any, the number of rows.</summary>
    public required IReadOnlyList<int> Shape { get; init; }
}
