using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skipper.Shared.Engines.Remote;

/// <summary>What a model of <see cref="RemoteEngine"/> is on disk: JSON that a person writes.</summary>
internal sealed record RemoteModelFile
{
    public const string FormatName = "skipper-oip";

    private const int NewestVersion = 1;
    private const int MostColumns = 100_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required string Format { get; init; }

    public int Version { get; init; } = NewestVersion;

    /// <summary>Where the server is, without <c>/v2</c>, such as <c>http://triton:8000</c>.</summary>
    public required string Url { get; init; }

    /// <summary>The name of the model there.</summary>
    public required string Model { get; init; }

    /// <summary>Its version there; absent = as that server decides.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The tensors that are sent, each with the next so many features.</summary>
    public required IReadOnlyList<RemoteTensor> Inputs { get; init; }

    /// <summary>The tensors that come back; their columns are the outputs.</summary>
    public required IReadOnlyList<RemoteTensor> Outputs { get; init; }

    /// <summary>Name of a <see cref="ModelTask"/>.</summary>
    public string Task { get; init; } = ModelTask.Regression.Name();

    /// <summary>How long a batch may take. Seconds.</summary>
    public double TimeoutSeconds { get; init; } = 5;

    [JsonIgnore]
    public ModelTask ParsedTask => Enum.GetValues<ModelTask>().First(task => task.Name() == Task);

    [JsonIgnore]
    public int OutputCount => Outputs.Sum(output => output.Width);

    [JsonIgnore]
    public int ClassCount => ParsedTask switch { ModelTask.Binary => 2, ModelTask.Multiclass => OutputCount, _ => 0 };

    [JsonIgnore]
    public int TargetCount => ParsedTask is ModelTask.Regression ? OutputCount : 1;

    /// <summary>Where batches are sent.</summary>
    [JsonIgnore]
    public Uri Address => new(
        $"{Url.TrimEnd('/')}/v2/models/{Uri.EscapeDataString(Model)}"
        + $"{(ModelVersion is null ? "" : $"/versions/{Uri.EscapeDataString(ModelVersion)}")}/infer");

    /// <exception cref="InvalidDataException">Not such a file; says what was expected.</exception>
    public static RemoteModelFile Read(ReadOnlySpan<byte> json)
    {
        RemoteModelFile? file;
        try
        {
            file = JsonSerializer.Deserialize<RemoteModelFile>(json, Json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Expected a {FormatName} model file: {exception.Message}", exception);
        }

        Require(file is { Format: FormatName }, $"format must be {FormatName}, was '{file?.Format}'");
        file!.Check();
        return file;
    }

    private void Check()
    {
        Require(Version == NewestVersion, $"version must be {NewestVersion}, was {Version}; upgrade this process");
        Require(
            Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query == "" && url.UserInfo == "",
            $"url must be an http or https address such as http://triton:8000, was '{Url}'");
        Require(!string.IsNullOrWhiteSpace(Model), "model must name the model on that server");
        Require(TimeoutSeconds is >= 0.01 and <= 600, FormattableString.Invariant($"timeout_seconds must be 0.01 to 600, was {TimeoutSeconds}"));
        CheckTensors(nameof(Inputs), Inputs);
        CheckTensors(nameof(Outputs), Outputs);
        var tasks = Enum.GetValues<ModelTask>().Select(task => task.Name()).ToList();
        Require(tasks.Contains(Task), $"task must be one of {string.Join(", ", tasks)}, was '{Task}'");
        Require(
            ParsedTask is ModelTask.Regression || (ParsedTask is ModelTask.Multiclass ? OutputCount >= 2 : OutputCount == 1),
            $"a {Task} model answers {(ParsedTask is ModelTask.Multiclass ? "2 columns or more" : "1 column")}, outputs have {OutputCount}");
    }

    private static void CheckTensors(string what, IReadOnlyList<RemoteTensor>? tensors)
    {
        what = what.ToLowerInvariant();
        Require(tensors is { Count: > 0 } && tensors.All(tensor => tensor is not null), $"{what} must name at least one tensor");
        foreach (var tensor in tensors!)
        {
            Require(!string.IsNullOrWhiteSpace(tensor.Name), $"{what} must name every tensor, one name is empty");
            Require(tensor.Width is >= 1 and <= MostColumns, $"the width of tensor '{tensor.Name}' must be 1 to {MostColumns}, was {tensor.Width}");
            Require(
                RemoteTensor.Datatypes.Contains(tensor.Datatype),
                $"the datatype of tensor '{tensor.Name}' must be one of {string.Join(", ", RemoteTensor.Datatypes)}, was '{tensor.Datatype}'");
        }

        Require(tensors.DistinctBy(tensor => tensor.Name).Count() == tensors.Count, $"{what} must name each tensor once");
        Require(tensors.Sum(tensor => (long)tensor.Width) <= MostColumns, $"{what} may have at most {MostColumns} columns");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException($"Expected a {FormatName} model file: {message}.");
        }
    }
}

/// <summary>A tensor of shape (rows, width).</summary>
internal sealed record RemoteTensor
{
    /// <summary>What it may hold; texts are none of it, because features are numbers.</summary>
    public static readonly IReadOnlyList<string> Datatypes =
    [
        "FP16", "FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL",
    ];

    public required string Name { get; init; }

    public string Datatype { get; init; } = "FP32";

    /// <summary>Columns.</summary>
    public int Width { get; init; } = 1;
}
