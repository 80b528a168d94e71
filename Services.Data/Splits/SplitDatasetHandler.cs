using System.Reflection;
using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Splits;

/// <summary>
/// Splits a dataset. The original engine forwards its training request here unchanged, so any task type that carries a payload
/// or data is taken for a split. Repeating a request changes nothing: the same split has the same artifacts.
/// </summary>
internal sealed class SplitDatasetHandler(DatasetCatalog catalog, IArtifactStore artifacts, SplitMemory memory)
    : IMessageHandler<SplitDataset, RawJson>
{
    private const string Reference = "reference";
    private const int DefaultSeed = 1;

    private static readonly string[] DefaultTargets = ["price", "ptratio"];
    /// <summary>What contracts say is for this queue, and the original engine's name for a split.</summary>
    private static readonly string[] KnownTaskTypes =
    [
        .. typeof(Queues).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<TaskTypeAttribute>())
            .Where(type => type?.Queue == Queues.Data)
            .Select(type => type!.Name)
            .Append("training")
            .Order(StringComparer.Ordinal),
    ];

    public async Task<RawJson> HandleAsync(SplitDataset message, MessageContext context, CancellationToken cancellationToken)
    {
        if (message.Payload is null && message.Data is null && !KnownTaskTypes.Contains(context.TaskType))
        {
            throw MeshException.InvalidArgument(
                $"Unknown task_type '{context.TaskType}' on {context.Queue}; known are: {string.Join(", ", KnownTaskTypes)}.");
        }

        if (message.Reply is not (null or Reference))
        {
            throw MeshException.InvalidArgument(
                $"reply must be absent (a JSON array of six) or \"{Reference}\" (.npy artifacts), found '{message.Reply}'.");
        }

        var fraction = SplitFraction.Parse(message.Payload);
        var options = message.Data ?? new SplitOptions();
        var seed = options.Seed ?? DefaultSeed;
        var method = SplitMethod.Parse(options.Method, options.By);
        var features = SplitFeatures.Parse(options.Features, options.Missing);
        var version = await catalog.FindAsync(options.Dataset ?? SampleDataset.Name, options.Version, cancellationToken);
        RequireDigest(version, options.Digest);
        var key = SplitMemory.KeyOf(version, message);
        if (message.Reply is Reference && memory.Find(key) is { } made)
        {
            return made;
        }

        var table = await catalog.ReadAsync(version, cancellationToken);
        var split = DatasetSplitter.Split(table, options.Targets ?? DefaultTargets, fraction, seed, method, features);
        if (message.Reply is null)
        {
            RequireNumbers(split);
            return ArrayOfSix.Write(split);
        }

        var reply = await StoreAsync(version, split, seed, cancellationToken);
        memory.Add(key, reply);
        return reply;
    }

    private static void RequireDigest(DatasetVersion version, string? expected)
    {
        if (expected is not null && expected != version.Digest)
        {
            throw MeshException.FailedPrecondition(
                $"Dataset '{version.Name}' has changed: its version {version.Version} has the digest {version.Digest}, "
                + $"asked for was {expected}. Name the version that has it.");
        }
    }

    private static void RequireNumbers(SplitArrays split)
    {
        if (split.Classes.Keys.FirstOrDefault() is { } text)
        {
            throw MeshException.InvalidArgument(
                $"Column '{text}' is text and cannot be a target of an array of six, which has numbers only; "
                + $"ask with reply \"{Reference}\", which names the classes.");
        }
    }

    private async Task<RawJson> StoreAsync(
        DatasetVersion version, SplitArrays split, int seed, CancellationToken cancellationToken)
    {
        var reference = new DatasetSplit
        {
            Dataset = version,
            Features = split.Features,
            Targets = split.Targets,
            Train = await StoreAsync(split.Train, cancellationToken),
            Test = await StoreAsync(split.Test, cancellationToken),
            Validation = await StoreAsync(split.Validation, cancellationToken),
            Seed = seed,
            DroppedRowCount = split.DroppedRows,
            Classes = split.Classes.Count == 0 ? null : split.Classes,
        };
        return new RawJson(JsonSerializer.SerializeToUtf8Bytes(reference, MessageJson.Options));
    }

    private async Task<SplitPart> StoreAsync(PartArrays part, CancellationToken cancellationToken) => new()
    {
        RowCount = part.Features.Rows,
        Features = await StoreAsync(part.Features, cancellationToken),
        Targets = await StoreAsync(part.Targets, cancellationToken),
    };

    private async Task<string> StoreAsync(Matrix matrix, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        NpyFile.Write(content, matrix);
        content.Position = 0;
        return await artifacts.PutAsync(content, cancellationToken);
    }
}
