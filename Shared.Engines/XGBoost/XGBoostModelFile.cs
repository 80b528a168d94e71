namespace Skipper.Shared.Engines.XGBoost;

/// <summary>The header of a model file; behind it come the boosters, as XGBoost itself saves them.</summary>
internal sealed record XGBoostModelFile
{
    // 1 knew only regression, and would answer the margins of a classifier as if they were predictions.
    private const int NewestVersion = 2;

    private const string What = "xgboost model file";

    private static ReadOnlySpan<byte> Magic => "SKXGB\0\0\n"u8;

    public int Version { get; init; } = NewestVersion;

    /// <summary>Version of the library that trained, such as <c>1.7.4</c>.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>How the boosters are encoded: <c>ubj</c> or <c>json</c>.</summary>
    public string Encoding { get; init; } = "ubj";

    /// <summary>Name of a <see cref="ModelTask"/>.</summary>
    public string Task { get; init; } = ModelTask.Regression.Name();

    /// <summary>Number of classes; 0 where there are none.</summary>
    public int Classes { get; init; }

    public required int Features { get; init; }

    public required int Targets { get; init; }

    /// <summary>The last round that is part of the model, from 0, per booster.</summary>
    public required int[] BestIterations { get; init; }

    /// <summary>Length of each booster in bytes; one booster for each target, or one for all.</summary>
    public int[] Lengths { get; init; } = [];

    public byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> boosters) => PartsFile.Pack(
        Magic, this with { Lengths = [.. boosters.Select(booster => booster.Length)] }, boosters);

    /// <exception cref="InvalidDataException">Not such a file, cut short, or of a newer version.</exception>
    public static XGBoostModelFile Unpack(ReadOnlyMemory<byte> file, out IReadOnlyList<ReadOnlyMemory<byte>> boosters)
    {
        var header = PartsFile.Unpack<XGBoostModelFile>(Magic, file, What, out var rest);
        if (header.Version is < 1 or > NewestVersion || header.Encoding is not ("ubj" or "json"))
        {
            throw new InvalidDataException(
                $"This process reads xgboost model files up to version {NewestVersion}, found version {header.Version}; "
                + "upgrade this process or train the model again.");
        }

        if (header.Targets < 1
            || header.Features < 1
            || header.Lengths is not { Length: > 0 } lengths
            || (lengths.Length != 1 && lengths.Length != header.Targets)
            || header.BestIterations?.Length != lengths.Length)
        {
            throw new InvalidDataException($"The header of the {What} contradicts itself.");
        }

        boosters = PartsFile.Cut(rest, lengths, What);
        return header;
    }
}
