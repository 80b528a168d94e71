using System.Runtime.CompilerServices;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>The standard and the suite of the samples.</summary>
internal static class WeatherSample
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../samples/quality"));

    public static Standard Standard => StandardReader.Read(File.ReadAllBytes(Path.Combine(Folder, "weather-standard.yaml")));

    public static ExpectationSuite Suite => SuiteReader.Read(File.ReadAllBytes(Path.Combine(Folder, "weather-suite.yaml")));

    public static RunContext Context(IEnumerable<string> stations) => new()
    {
        Schema = new TableSchema([]),
        Time = TimeProvider.System,
        References = new Dictionary<(string, string), IReadOnlySet<string>>
        {
            [("stations", "station")] = stations.ToHashSet(StringComparer.Ordinal),
        },
    };

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
