using Skipper.Services.Serving.Lanes;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>A loaded version. Counts its users; the last one to leave frees the memory.</summary>
internal sealed class ServedModel(ModelVersion manifest, ITrainedModel model, LaneSettings? lanes = null)
{
    // The first use is that of whoever made it: the catalog.
    private int _uses = 1;

    public ModelVersion Manifest => manifest;

    public Signature Signature { get; } = new(manifest);

    /// <summary>What turns raw rows into features; null where the rows have the features themselves.</summary>
    public Preparation? Preparation { get; init; }

    /// <summary>Names of the predicted values, in the order of the engine's outputs.</summary>
    public IReadOnlyList<string> Outputs { get; } =
        manifest.Signature is { } signature ? [.. signature.Outputs.Select(output => output.Name)] : manifest.Targets;

    /// <summary>The same as they stand in answers.</summary>
    public OutputNames Names => field ??= new OutputNames(Outputs);

    /// <summary>How much memory it takes, in bytes, estimated.</summary>
    public long Bytes { get; init; }

    /// <summary>When it was loaded, UTC.</summary>
    public DateTimeOffset LoadedAt { get; init; }

    /// <summary>When it was used last, as a number that rises with every use of any model of the catalog.</summary>
    public long LastUse { get; set; }

    /// <summary>Where its calls are scored.</summary>
    public ModelLane Lane { get; } = new(model, lanes ?? LaneSettings.Default);

    /// <summary>The same as one that says why; null where its engine cannot.</summary>
    public IExplainedModel? Explained => model as IExplainedModel;

    /// <summary>Takes part in using it; false where it is gone already.</summary>
    public bool TryAcquire()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            Lane.Dispose();
            model.Dispose();
        }
    }
}
