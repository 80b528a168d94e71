using System.Text.Json;

namespace Skipper.Shared.Engines.Linear;

/// <summary>What a linear model is on disk: JSON that a person can read.</summary>
internal sealed record LinearModelFile
{
    public const string FormatName = "skipper-linear";

    private const int NewestVersion = 1;

    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required int Features { get; init; }

    /// <summary>One per target.</summary>
    public required double[] Intercepts { get; init; }

    /// <summary>One array per target, with one coefficient per feature.</summary>
    public required double[][] Coefficients { get; init; }

    /// <summary>Moves the means, around which the coefficients were solved, into the intercepts.</summary>
    public static LinearModelFile Create(double[][] weights, double[] featureMeans, double[] targetMeans)
    {
        var coefficients = targetMeans
            .Select((_, target) => weights.Select(feature => feature[target]).ToArray())
            .ToArray();
        return new LinearModelFile
        {
            Format = FormatName,
            Version = NewestVersion,
            Features = featureMeans.Length,
            Intercepts = [.. targetMeans.Select((mean, target) => mean - Dot(coefficients[target], featureMeans))],
            Coefficients = coefficients,
        };
    }

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

        if (file.Version != NewestVersion)
        {
            throw new InvalidDataException(
                $"This process reads {FormatName} version {NewestVersion}, the model has version {file.Version}; "
                + "upgrade this process or train the model again.");
        }

        return file.HasConsistentShape
            ? file
            : throw new InvalidDataException(
                $"Expected {file.Features} coefficients per target in the {FormatName} model file; its shape differs.");
    }

    private bool HasConsistentShape =>
        Features > 0
        && Intercepts is { Length: > 0 }
        && Coefficients?.Length == Intercepts.Length
        && Coefficients.All(target => target?.Length == Features);

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
