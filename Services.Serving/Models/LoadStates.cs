using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>Which versions are being loaded, and which could not be, and why.</summary>
internal sealed class LoadStates(IOptions<ServingOptions> options, TimeProvider time)
{
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<(string Name, int Version), LoadState> _states = new();

    public IReadOnlyCollection<LoadState> All => [.. _states.Values];

    public LoadState? Find(ModelVersion manifest) => _states.GetValueOrDefault((manifest.Name, manifest.Version));

    /// <summary>Why the same file could not be loaded a moment ago, so that a request need not try it again; null = it may.</summary>
    public string? RecentFailure(ModelVersion manifest) =>
        Find(manifest) is { Failure: { } failure } state && state.Manifest.Artifact == manifest.Artifact
        && time.GetUtcNow() - state.At < TimeSpan.FromSeconds(options.Value.RefreshSeconds)
            ? failure
            : null;

    public void Loading(ModelVersion manifest) => Set(manifest, isLoading: true, Find(manifest)?.Failure);

    public void Loaded(ModelVersion manifest) => _states.TryRemove((manifest.Name, manifest.Version), out _);

    /// <returns>Whether it failed for another reason before, or did not fail.</returns>
    public bool Failed(ModelVersion manifest, string failure)
    {
        var isNew = Find(manifest)?.Failure != failure;
        Set(manifest, isLoading: false, failure);
        if (_states.Count > MostKept && _states.MinBy(entry => entry.Value.At) is var oldest)
        {
            _states.TryRemove(oldest);
        }

        return isNew;
    }

    /// <summary>It was given up in between, which says nothing of it.</summary>
    public void Interrupted(ModelVersion manifest) => Loaded(manifest);

    private void Set(ModelVersion manifest, bool isLoading, string? failure) =>
        _states[(manifest.Name, manifest.Version)] = new LoadState(manifest, isLoading, failure, time.GetUtcNow());
}

/// <summary>A version that is not loaded yet, or could not be.</summary>
/// <param name="Manifest">The version.</param>
/// <param name="IsLoading">Whether it is being loaded.</param>
/// <param name="Failure">Why it could not be loaded the last time; null = it was not tried before.</param>
/// <param name="At">Since when, UTC.</param>
internal sealed record LoadState(ModelVersion Manifest, bool IsLoading, string? Failure, DateTimeOffset At);
