using System.Buffers.Binary;
using System.Text.Json;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// One file for the boosters of all targets: magic, header length (4 bytes, little endian), JSON header, boosters.
/// </summary>
internal sealed record XGBoostModelFile
{
    private const int NewestVersion = 1;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static ReadOnlySpan<byte> Magic => "SKXGB\0\0\n"u8;

    public int Version { get; init; } = NewestVersion;

    /// <summary>Version of the library that trained, such as <c>1.7.4</c>.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>How the boosters are encoded.</summary>
    public string Encoding { get; init; } = "ubj";

    public required int Features { get; init; }

    public required int Targets { get; init; }

    /// <summary>The last round that is part of the model, from 0, per target.</summary>
    public required int[] BestIterations { get; init; }

    /// <summary>Length of each booster in bytes.</summary>
    public required int[] Lengths { get; init; }

    public static byte[] Pack(string engineVersion, int features, int[] bestIterations, IReadOnlyList<byte[]> boosters)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new XGBoostModelFile
            {
                EngineVersion = engineVersion,
                Features = features,
                Targets = boosters.Count,
                BestIterations = bestIterations,
                Lengths = [.. boosters.Select(booster => booster.Length)],
            },
            Json);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        return [.. Magic, .. length, .. header, .. boosters.SelectMany(booster => booster)];
    }

    /// <exception cref="InvalidDataException">Not such a file, cut short, or of a newer version.</exception>
    public static XGBoostModelFile Unpack(ReadOnlyMemory<byte> file, out IReadOnlyList<ReadOnlyMemory<byte>> boosters)
    {
        var start = Magic.Length + sizeof(int);
        if (file.Length < start || !file.Span.StartsWith(Magic))
        {
            throw new InvalidDataException("Expected an xgboost model file of Skipper, found something else.");
        }

        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(file.Span[Magic.Length..]);
        if (headerLength < 0 || headerLength > file.Length - start)
        {
            throw CutShort();
        }

        var header = ReadHeader(file.Span.Slice(start, headerLength));
        boosters = header.Cut(file[(start + headerLength)..]);
        return header;
    }

    private static XGBoostModelFile ReadHeader(ReadOnlySpan<byte> json)
    {
        XGBoostModelFile? header;
        try
        {
            header = JsonSerializer.Deserialize<XGBoostModelFile>(json, Json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The header of the xgboost model file is damaged: {exception.Message}", exception);
        }

        if (header is null || header.Version != NewestVersion || header.Encoding is not ("ubj" or "json"))
        {
            throw new InvalidDataException(
                $"This process reads xgboost model files of version {NewestVersion}, found version {header?.Version}; "
                + "upgrade this process or train the model again.");
        }

        return header;
    }

    private List<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> rest)
    {
        if (Targets < 1 || Features < 1 || Lengths?.Length != Targets || BestIterations?.Length != Targets)
        {
            throw new InvalidDataException("The header of the xgboost model file contradicts itself.");
        }

        var parts = new List<ReadOnlyMemory<byte>>(Targets);
        foreach (var length in Lengths)
        {
            if (length <= 0 || length > rest.Length)
            {
                throw CutShort();
            }

            parts.Add(rest[..length]);
            rest = rest[length..];
        }

        return rest.IsEmpty
            ? parts
            : throw new InvalidDataException("The xgboost model file is longer than its header says.");
    }

    private static InvalidDataException CutShort() => new("The xgboost model file is shorter than its header says.");
}
