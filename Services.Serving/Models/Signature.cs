using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// What a row must look like. Names are compared without case, because clients of the original engine send capitals.
/// </summary>
internal sealed class Signature
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _positionsByText;
    private readonly byte[][] _names;
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

        _positionsByText = _positions.GetAlternateLookup<ReadOnlySpan<char>>();
        _names = [.. Features.Select(feature => Encoding.UTF8.GetBytes(feature.Name))];
        Columns = [.. Features.Select(SignatureColumn.Of)];
    }

    public IReadOnlyList<FeatureColumn> Features { get; }

    /// <summary>The same, as reading values needs it.</summary>
    public SignatureColumn[] Columns { get; }

    /// <summary>The position of a column; null where the model has no such feature.</summary>
    public int? Find(string column) => _positions.TryGetValue(column, out var position) ? position : null;

    /// <summary>The same of the name that the reader is at, without making a text of it.</summary>
    /// <param name="reader">At the name of a member.</param>
    /// <param name="likely">The position to try first: rows mostly have their columns in the same order.</param>
    public int? Find(ref Utf8JsonReader reader, int likely)
    {
        try
        {
            if (likely < _names.Length && reader.ValueTextEquals(_names[likely]))
            {
                return likely;
            }

            Span<char> name = stackalloc char[128];
            return reader.ValueSpan.Length > name.Length ? Find(reader.GetString()!)
                : _positionsByText.TryGetValue(name[..reader.CopyString(name)], out var position) ? position : null;
        }
        catch (InvalidOperationException)
        {
            // No text, such as half a surrogate pair, so no name either.
            return null;
        }
    }

    /// <summary>Whether a row without this value is refused.</summary>
    public bool IsRequired(int position) => _inputs is null || _inputs[position].Required;

    public bool IsTarget(string column) => _targets.Contains(column);
}
