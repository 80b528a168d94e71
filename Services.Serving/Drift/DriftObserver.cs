using System.Collections.Concurrent;
using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Drift;

/// <summary>Copies what was predicted for <see cref="DriftCollector"/>: a prediction never waits for more.</summary>
internal sealed class DriftObserver : IPredictionObserver
{
    /// <summary>By name and version.</summary>
    public ConcurrentDictionary<ModelReference, DriftInbox> Inboxes { get; } = new();

    public void Observe(ScoredCall scored, TimeSpan elapsed)
    {
        var manifest = scored.Model.Manifest;
        Inboxes.GetOrAdd(new ModelReference(manifest.Name, manifest.Version), _ => new DriftInbox()).Add(scored.Rows);
    }
}
