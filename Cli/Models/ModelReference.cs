using System.Globalization;

namespace Skipper.Cli.Models;

/// <summary>A model as people name it: <c>housing</c>, <c>housing@3</c>, <c>housing@champion</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Selector">A version or an alias; null = the newest.</param>
internal readonly record struct ModelReference(string Name, string? Selector)
{
    public static ModelReference Parse(string text) => text.Split('@', 2) is [var name, var selector]
        ? new ModelReference(name, selector)
        : new ModelReference(text, null);

    /// <summary>Where the API tells of it.</summary>
    public string Path => $"models/{Uri.EscapeDataString(Name)}" + Selector switch
    {
        null => "",
        _ when int.TryParse(Selector, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => $"?version={version}",
        _ => $"?alias={Uri.EscapeDataString(Selector)}",
    };
}
