using System.Collections.Concurrent;
using Skipper.Services.Data.Datasets;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Profiles;

/// <summary>Profiles of dataset versions. A version never changes, so the last few profiles are kept.</summary>
internal sealed class VersionProfiles(DatasetCatalog catalog)
{
    private const int Kept = 8;

    private readonly ConcurrentDictionary<string, TableProfile> _profiles = new(StringComparer.Ordinal);

    public async Task<TableProfile> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        if (_profiles.TryGetValue(version.Digest, out var profile))
        {
            return profile;
        }

        var profiler = new TableProfiler(DatasetCatalog.SchemaOf(version));
        await catalog.ReadAsync(version, profiler.Add, cancellationToken);
        profile = profiler.Finish();
        if (_profiles.Count >= Kept)
        {
            _profiles.Clear();
        }

        return _profiles.GetOrAdd(version.Digest, profile);
    }
}
