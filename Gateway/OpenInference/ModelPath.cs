using System.Globalization;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Gateway.OpenInference;

/// <summary>A model as paths of the protocol name it: by name, and version where one is wanted; an alias will do for a version.</summary>
internal static class ModelPath
{
    public static readonly string[] Patterns = ["/models/{model}", "/models/{model}/versions/{version}"];

    /// <summary>As messages name it, such as <c>housing@2</c>.</summary>
    public static string Of(string model, string? version) => version is null ? model
        : !model.Contains('@', StringComparison.Ordinal) ? $"{model}@{version}"
        : throw new BadHttpRequestException($"'{model}' names a version already; there must not be another in the path.");

    /// <summary>The parts of such a name.</summary>
    public static ModelName Parse(string model) => model.Split('@', 2) switch
    {
        [var name, var pointer] when int.TryParse(pointer, NumberStyles.None, CultureInfo.InvariantCulture, out var version) =>
            new ModelName { Name = name, Version = version },
        [var name, var pointer] => new ModelName { Name = name, Alias = pointer },
        _ => new ModelName { Name = model },
    };
}
