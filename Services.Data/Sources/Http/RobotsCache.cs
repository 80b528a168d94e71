using System.Collections.Concurrent;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>The robots.txt of each site, asked for once a day.</summary>
internal sealed class RobotsCache(Fetcher fetcher, TimeProvider time)
{
    private const string Agent = "skipper";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, (Robots Robots, DateTimeOffset Until)> _sites = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="MeshException"><see cref="ErrorCode.PermissionDenied"/>: the site does not want to be read by robots there.</exception>
    public async Task<Robots> RequireAsync(SourceDeclaration source, string item, Uri address, CancellationToken cancellationToken)
    {
        var site = address.GetLeftPart(UriPartial.Authority);
        if (!_sites.TryGetValue(site, out var known) || known.Until <= time.GetUtcNow())
        {
            known = (await ReadAsync(source, item, new Uri($"{site}/robots.txt"), cancellationToken), time.GetUtcNow() + Kept);
            _sites[site] = known;
        }

        return known.Robots.Allows(address.PathAndQuery)
            ? known.Robots
            : throw new MeshException(
                ErrorCode.PermissionDenied,
                $"robots.txt of {site} does not let robots read {address.AbsolutePath}; ask its owner, not the site.");
    }

    private async Task<Robots> ReadAsync(SourceDeclaration source, string item, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await fetcher.GetAsync(
                source,
                item,
                new ProviderRequest(address, source.Request.Headers),
                fetched => Robots.Parse(fetched.Body, Agent),
                cancellationToken);
        }
        catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
        {
            // A site that has no such file has no rules.
            return Robots.AllowAll;
        }
    }
}
