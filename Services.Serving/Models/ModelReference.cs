using System.Globalization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Models;

/// <summary>A model as requests name it: <c>housing</c>, or <c>housing@3</c> for one version.</summary>
internal readonly record struct ModelReference(string Name, int? Version)
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

        return int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? new ModelReference(name, version)
            : throw Refused(text);
    }

    public override string ToString() => Version is null ? Name : $"{Name}@{Version}";

    private static MeshException Refused(string text) => MeshException.InvalidArgument(
        $"model must be a name of at most 64 characters, optionally with @ and a version from 1, such as housing or "
        + $"housing@3; was '{(text.Length <= 80 ? text : $"{text[..80]}...")}'.");
}
