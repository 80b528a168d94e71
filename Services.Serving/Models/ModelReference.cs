using System.Globalization;
using System.Text.RegularExpressions;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Models;

/// <summary>A model as requests name it: <c>housing</c>, <c>housing@3</c> for one version, or <c>housing@champion</c> for an alias.</summary>
internal readonly partial record struct ModelReference(string Name, int? Version, string? Alias = null)
{
    private const string DefaultName = "housing";

    /// <exception cref="MeshException">Not of this form.</exception>
    public static ModelReference Parse(string? text)
    {
        if (text is null)
        {
            return new ModelReference(DefaultName, null);
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        if (name.Length is 0 or > 64)
        {
            throw Refused(text);
        }

        if (at < 0)
        {
            return new ModelReference(name, null);
        }

        var pointer = text[(at + 1)..];
        return int.TryParse(pointer, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? new ModelReference(name, version)
            : AliasName().IsMatch(pointer) ? new ModelReference(name, null, pointer) : throw Refused(text);
    }

    public override string ToString() => (Version?.ToString(CultureInfo.InvariantCulture) ?? Alias) is { } pointer ? $"{Name}@{pointer}" : Name;

    private static MeshException Refused(string text) => MeshException.InvalidArgument(
        $"model must be a name of at most 64 characters, optionally with @ and a version from 1 or an alias, such as "
        + $"housing, housing@3 or housing@champion; was '{(text.Length <= 80 ? text : $"{text[..80]}...")}'.");

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    private static partial Regex AliasName();
}
