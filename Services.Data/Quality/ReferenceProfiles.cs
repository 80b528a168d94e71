using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Profiles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>The columns of a version, to compare with.</summary>
internal sealed record ReferenceProfile(DatasetVersion Version, TableProfile Columns);

/// <summary>Profiles of the versions that drift checks name.</summary>
internal sealed class ReferenceProfiles(DatasetCatalog catalog, VersionProfiles profiles)
{
    /// <summary>The profiles of those versions that are there.</summary>
    public async Task<IReadOnlyDictionary<DatasetName, ReferenceProfile>> ReadAsync(
        IEnumerable<DatasetName> versions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<DatasetName, ReferenceProfile>();
        foreach (var name in versions.Distinct())
        {
            try
            {
                var version = await catalog.FindAsync(name, cancellationToken);
                found[name] = new ReferenceProfile(version, await profiles.ReadAsync(version, cancellationToken));
            }
            catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
            {
                // The check says so in the report, where the other checks say what they found.
            }
        }

        return found;
    }
}
