using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skipper.Shared.Engines.Linear;

/// <summary>What a linear model is on disk: JSON that a person can read.</summary>
internal sealed partial record LinearModelFile
{
    public const string FormatName = "skipper-linear";

    // 1 had regressions only, and only what Predict needs.
    private const int NewestVersion = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Format { get; init; }

    public required int Version { get; init; }

    public string Task { get; init; } = ModelTask.Regression.Name();

    public int ClassCount { get; init; }

    public required int Features { get; init; }

    /// <summary>One per target, one for two classes, or one per class.</summary>
    public required double[] Intercepts { get; init; }

    /// <summary>One array per intercept, with one coefficient per feature.</summary>
    public required double[][] Coefficients { get; init; }

    /// <summary>Of the training rows; absent in version 1.</summary>
    public double[]? FeatureMeans { get; init; }

    /// <summary>One per intercept, or empty.</summary>
    public LinearStatistics[] Statistics { get; init; } = [];

    public string[] Notes { get; init; } = [];

    [JsonIgnore]
    public ModelTask ParsedTask => Enum.GetValues<ModelTask>().First(task => task.Name() == Task);

    public static LinearModelFile Create(TrainingData data, LinearProblem problem, LinearFit[] fits) => new()
    {
        Format = FormatName,
        Version = NewestVersion,
        Task = data.Task.Name(),
        ClassCount = data.ClassCount,
        Features = data.Features.Columns,
        Intercepts = [.. fits.Select(fit => fit.Intercept)],
        Coefficients = [.. fits.Select(fit => fit.Coefficients)],
        FeatureMeans = problem.Design.Means,
        Statistics = [.. fits.Select(LinearStatistics.From)],
        Notes = [.. problem.Notes],
    };

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="InvalidDataException">Not such a file, or of a newer version.</exception>
    public static LinearModelFile Read(ReadOnlySpan<byte> bytes)
    {
        LinearModelFile? file;
        try
        {
            file = JsonSerializer.Deserialize<LinearModelFile>(bytes, Json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Expected a {FormatName} model file: {exception.Message}", exception);
        }

        if (file is not { Format: FormatName })
        {
            throw new InvalidDataException($"Expected a {FormatName} model file, found format '{file?.Format}'.");
        }

        if (file.Version is < 1 or > NewestVersion)
        {
            throw new InvalidDataException(
                $"This process reads {FormatName} versions 1 to {NewestVersion}, the model has version {file.Version}; "
                + "upgrade this process or train the model again.");
        }

        file.RequireConsistentShape();
        return file;
    }

    /// <summary>One line with its statistics.</summary>
    public CoefficientTable Table(int output)
    {
        var statistics = Statistics.Length > 0 ? Statistics[output] : new LinearStatistics();
        return new CoefficientTable(
            statistics.Coefficient(0, Intercepts[output]),
            [.. Coefficients[output].Select((value, column) => statistics.Coefficient(column + 1, value))],
            statistics.DegreesOfFreedom,
            statistics.ResidualStandardError,
            statistics.RSquared);
    }
}
