using System.Text.Json;

namespace Skipper.Services.Data.Tests.Features;

/// <summary>Numbers that numpy, scipy, pandas and scikit-learn computed: <c>golden.py</c> wrote <c>golden.json</c>.</summary>
internal static class Golden
{
    private static readonly JsonElement All = Read();

    public static JsonElement Of(string part) => All.GetProperty(part);

    public static JsonElement Get(this JsonElement element, string name) => element.GetProperty(name);

    /// <summary>Numbers; null is NaN.</summary>
    public static double[] Numbers(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(NumberOf)];

    public static long[] Counts(this JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt64())];

    public static double Number(this JsonElement element, string name) => NumberOf(element.GetProperty(name));

    private static double NumberOf(JsonElement value) => value.ValueKind is JsonValueKind.Null ? double.NaN : value.GetDouble();

    private static JsonElement Read()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "Services.Data.Tests", "Features", "golden.json");
            if (File.Exists(path))
            {
                return JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path));
            }
        }

        throw new FileNotFoundException("tests/Services.Data.Tests/Features/golden.json was not found above the tests.");
    }
}
