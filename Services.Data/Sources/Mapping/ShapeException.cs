namespace Skipper.Services.Data.Sources.Mapping;

/// <summary>An answer as a whole is not what the declaration says.</summary>
internal sealed class ShapeException(string message) : Exception(message);
