using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Engines;

/// <summary>A number that changes how an engine trains.</summary>
/// <param name="Name">Name in requests, such as <c>max_depth</c>.</param>
/// <param name="Default">Value where a request does not name it.</param>
/// <param name="Minimum">Smallest value accepted.</param>
/// <param name="Maximum">Largest value accepted.</param>
/// <param name="IsInteger">Whether only whole numbers are accepted.</param>
public sealed record EngineParameter(
    string Name, double Default, double Minimum, double Maximum, bool IsInteger = false)
{
    /// <summary>Refuses a value that the engine could not train with.</summary>
    /// <exception cref="MeshException">Says which values are accepted.</exception>
    public void Check(double value)
    {
        if (!(value >= Minimum && value <= Maximum))
        {
            throw Refused(value, $"from {Minimum:R} to {Maximum:R}");
        }

        if (IsInteger && value != Math.Truncate(value))
        {
            throw Refused(value, "a whole number");
        }
    }

    private MeshException Refused(double value, string expected) => MeshException.InvalidArgument(
        FormattableString.Invariant($"Parameter '{Name}' must be {expected}, was {value:R}."));
}
