using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Where a training is; behind the header come the finished boosters and then the one at work.</summary>
internal sealed record BoostingCheckpoint
{
    private const string What = "xgboost checkpoint";

    private static ReadOnlySpan<byte> Magic => "SKXGC\0\0\n"u8;

    /// <summary>Says of which training it is, see <see cref="Identify"/>.</summary>
    public required string Training { get; init; }

    /// <summary>Best rounds of the finished boosters.</summary>
    public required int[] BestIterations { get; init; }

    /// <summary>The next round of the booster at work.</summary>
    public required int Round { get; init; }

    /// <summary>Its best round so far.</summary>
    public required int Best { get; init; }

    /// <summary>The bits of the metric of that round, which may be infinite.</summary>
    public required long BestScoreBits { get; init; }

    public int[] Lengths { get; init; } = [];

    public byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> boosters) => PartsFile.Pack(
        Magic, this with { Lengths = [.. boosters.Select(booster => booster.Length)] }, boosters);

    /// <exception cref="InvalidDataException">Damaged, or of another training.</exception>
    public static BoostingCheckpoint Unpack(
        ReadOnlyMemory<byte> file, string training, out IReadOnlyList<ReadOnlyMemory<byte>> boosters)
    {
        var checkpoint = PartsFile.Unpack<BoostingCheckpoint>(Magic, file, What, out var rest);
        if (checkpoint.Training != training)
        {
            throw new InvalidDataException(
                $"The {What} is of another training: data, parameters, seed or library differ. Start without it.");
        }

        if (checkpoint.Lengths is not { } lengths
            || checkpoint.BestIterations is not { } finished
            || lengths.Length != finished.Length + 1
            || checkpoint.Round < 1
            || checkpoint.Best < 0
            || checkpoint.Best >= checkpoint.Round)
        {
            throw new InvalidDataException($"The header of the {What} contradicts itself.");
        }

        boosters = PartsFile.Cut(rest, lengths, What);
        return checkpoint;
    }

    /// <summary>A digest of all that the result of a training depends on.</summary>
    public static string Identify(
        TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, string library)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{library} {seed} {data.Task} {data.ClassCount}");
        foreach (var (name, value) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}={value:R}");
        }

        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        foreach (var matrix in new[] { data.Features, data.Targets, data.ValidationFeatures, data.ValidationTargets })
        {
            Append<int>([matrix.Rows, matrix.Columns]);
            Append<double>(matrix.Values);
        }

        Append<double>(data.Weights);
        Append<double>(data.ValidationWeights);
        Append<int>(data.Groups);
        Append<int>(data.ValidationGroups);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append<T>(ReadOnlySpan<T> values)
            where T : struct
        {
            hash.AppendData(BitConverter.GetBytes(values.Length));
            hash.AppendData(MemoryMarshal.AsBytes(values));
        }
    }
}
