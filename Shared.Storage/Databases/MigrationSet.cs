using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Skipper.Shared.Storage.Databases;

/// <summary>One numbered step of a schema.</summary>
internal sealed record Migration(int Version, string Name, string Text);

/// <summary>What the database says it has.</summary>
internal sealed record AppliedMigration
{
    public int Version { get; init; }

    public string Name { get; init; } = "";
}

/// <summary>
/// The migrations of one service: <c>Migrations/{dialect}/0001_name.sql</c>, embedded, forward-only, without gaps.
/// </summary>
internal sealed partial class MigrationSet(Assembly assembly)
{
    public IReadOnlyList<Migration> For(Dialect dialect)
    {
        var folder = dialect is Dialect.Sqlite ? "sqlite" : "postgresql";
        var found = assembly.GetManifestResourceNames()
            .Select(name => (Resource: name, Match: ResourceName().Match(name)))
            .Where(candidate => candidate.Match.Success && candidate.Match.Groups["folder"].Value == folder)
            .Select(candidate => new Migration(
                int.Parse(candidate.Match.Groups["version"].Value, CultureInfo.InvariantCulture),
                candidate.Match.Groups["name"].Value,
                Read(candidate.Resource)))
            .OrderBy(migration => migration.Version)
            .ToList();

        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Version != i + 1)
            {
                throw new InvalidOperationException(
                    $"Migrations of {assembly.GetName().Name} for {folder} must be numbered from 0001 without gaps; "
                    + $"expected {i + 1:0000}, found {found[i].Name}.");
            }
        }

        return found;
    }

    /// <summary>
    /// What is not applied yet. A version that is newer than this program is left alone: another process was updated
    /// first.
    /// </summary>
    public static IReadOnlyList<Migration> Missing(
        IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied, string table)
    {
        foreach (var (ours, theirs) in known.Join(applied, m => m.Version, m => m.Version, (ours, theirs) => (ours, theirs)))
        {
            if (ours.Name != theirs.Name)
            {
                throw new InvalidOperationException(
                    $"{table} has applied {theirs.Name} where this program has {ours.Name}: "
                    + "a migration is never renamed or renumbered; add a new one instead.");
            }
        }

        var newest = applied.Count == 0 ? 0 : applied.Max(migration => migration.Version);
        return [.. known.Where(migration => migration.Version > newest)];
    }

    private string Read(string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\.Migrations\.(?<folder>sqlite|postgresql)\.(?<name>(?<version>\d{4})_[a-z0-9_]+)\.sql$")]
    private static partial Regex ResourceName();
}
