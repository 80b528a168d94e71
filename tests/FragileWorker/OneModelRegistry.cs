using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.FragileWorker;

/// <summary>A registry of one model: <c>fragile</c>, which takes <c>x</c> and predicts twice as much.</summary>
internal sealed class OneModelRegistry(IArtifactStore artifacts) : IMessageHandler<ListModels, ModelList>, IMessageHandler<FindModel, ModelVersion>
{
    public async Task<ModelList> HandleAsync(ListModels message, MessageContext context, CancellationToken cancellationToken) =>
        new() { Models = [await DescribeAsync(cancellationToken)] };

    public Task<ModelVersion> HandleAsync(FindModel message, MessageContext context, CancellationToken cancellationToken) =>
        DescribeAsync(cancellationToken);

    private async Task<ModelVersion> DescribeAsync(CancellationToken cancellationToken)
    {
        using var file = new MemoryStream("fragile"u8.ToArray());
        return new ModelVersion
        {
            Name = "fragile",
            Version = 1,
            Engine = "fragile",
            EngineVersion = "1.0.0",
            Artifact = await artifacts.PutAsync(file, cancellationToken),
            Features = [new() { Name = "x", Type = "number", Mean = 0, StandardDeviation = 1, Minimum = 0, Maximum = 1000 }],
            Targets = ["y"],
            Metrics = new Dictionary<string, IReadOnlyDictionary<string, RegressionMetrics>>(),
            Dataset = "",
            DatasetVersion = 0,
            DatasetDigest = "",
            Parameters = new Dictionary<string, double>(),
            CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
    }
}
