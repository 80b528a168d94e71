using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// What a row must look like. Names are compared without case, because clients of the original engine send capitals.
/// </summary>
internal sealed class Signature
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _targets;
    private readonly IReadOnlyList<ModelInput>? _inputs;

    public Signature(ModelVersion manifest)
    {
        Features = manifest.Features;
        _inputs = manifest.Signature is { Missing: "allow" } signature && signature.Inputs.Count == Features.Count ? signature.Inputs : null;
        _targets = new HashSet<string>(manifest.Targets, StringComparer.OrdinalIgnoreCase);
        for (var position = 0; position < Features.Count; position++)
        {
            _positions.TryAdd(Features[position].Name, position);
        }
    }

    public IReadOnlyList<FeatureColumn> Features { get; }

    /// <summary>The position of a column; null where the model has no such feature.</summary>
    public int? Find(string column) => _positions.TryGetValue(column, out var position) ? position : null;

    /// <summary>Whether a row without this value is refused.</summary>
    public bool IsRequired(int position) => _inputs is null || _inputs[position].Required;

    public bool IsTarget(string column) => _targets.Contains(column);
}
