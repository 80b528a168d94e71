using System.Text.Json;
using System.Text.Json.Serialization;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines.Tests.Trees;

/// <summary>Models made with libxgboost 1.7.4, see Golden/make.py, and what the library answers for some rows.</summary>
internal static class Golden
{
    public static byte[] Model(string file)
    {
        using var stream = Open(file);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static GoldenAnswers Answers(string name)
    {
        using var stream = Open($"{name}.expected.json");
        return JsonSerializer.Deserialize<GoldenAnswers>(stream, JsonSerializerOptions.Web)!;
    }

    private static Stream Open(string file) =>
        typeof(Golden).Assembly.GetManifestResourceStream($"Skipper.Shared.Engines.Tests.Trees.Golden.{file}")
        ?? throw new FileNotFoundException($"No golden file {file} in the tests.");
}

internal sealed record GoldenAnswers
{
    public required int Columns { get; init; }

    public required int Rows { get; init; }

    public required float?[] Inputs { get; init; }

    public required float[] Margins { get; init; }

    public required float[] Predictions { get; init; }

    /// <summary>Rows * outputs * (columns + 1).</summary>
    public required float[] Contributions { get; init; }

    public required int[] Leaves { get; init; }

    [JsonIgnore]
    public float[] Singles => [.. Inputs.Select(value => value ?? float.NaN)];

    [JsonIgnore]
    public Matrix Features => new(Rows, Columns, [.. Singles.Select(value => (double)value)]);
}
