namespace Skipper.Shared.Engines.Remote;

/// <summary>
/// Models that another server scores, by the Open Inference Protocol v2 over HTTP: Triton, KServe, MLServer or another Skipper. The
/// model file is JSON that says where, see <see cref="RemoteModelFile"/>. It trains nothing.
/// </summary>
public sealed class RemoteEngine : IModelEngine
{
    /// <summary>Its name in requests.</summary>
    public const string EngineName = "oip";

    private const string ProtocolVersion = "2.0.0";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public string Version => ProtocolVersion;

    /// <inheritdoc/>
    public string Missing => "it forwards batches to another server and trains nothing; import a model file for it.";

    /// <inheritdoc/>
    public bool CanLoad => true;

    /// <inheritdoc/>
    public bool KnowsItsFiles => true;

    /// <inheritdoc/>
    public IReadOnlyList<ModelTask> Tasks { get; } = [];

    /// <inheritdoc/>
    public bool AcceptsMissing => false;

    /// <inheritdoc/>
    public IReadOnlyList<EngineParameter> Parameters { get; } = [];

    /// <inheritdoc/>
    public byte[] Train(
        TrainingData data,
        IReadOnlyDictionary<string, double> parameters,
        int seed,
        TrainingWatch watch,
        CancellationToken cancellationToken) => throw new NotSupportedException($"Engine '{Name}' cannot train: {Missing}");

    /// <inheritdoc/>
    public ITrainedModel Load(ReadOnlyMemory<byte> file) => new RemoteModel(RemoteModelFile.Read(file.Span));

    /// <summary>What is known of a model from its file; the other server is not asked.</summary>
    /// <exception cref="InvalidDataException">Not such a file.</exception>
    public static ImportedModel Import(ReadOnlyMemory<byte> file)
    {
        var read = RemoteModelFile.Read(file.Span);
        return new ImportedModel(
            EngineName, file.ToArray(), ProtocolVersion, read.ParsedTask, read.ClassCount, read.Inputs.Sum(input => input.Width),
            read.TargetCount, [.. read.Inputs.SelectMany(NamesOf)], Objective: "", AcceptsMissing: false);
    }

    private static IEnumerable<string> NamesOf(RemoteTensor tensor) => tensor.Width == 1
        ? [tensor.Name]
        : Enumerable.Range(0, tensor.Width).Select(number => $"{tensor.Name}_{number}");
}
