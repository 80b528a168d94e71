using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Jobs;

/// <summary>Time zones by their IANA names.</summary>
internal static class TimeZones
{
    public const string Utc = "UTC";

    /// <exception cref="MeshException">There is no such time zone (<c>invalid_argument</c>).</exception>
    public static TimeZoneInfo Find(string name) =>
        name == Utc ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone
        : throw MeshException.InvalidArgument(
            $"There is no time zone '{name}'. Expected a name of the IANA database, such as Europe/Berlin or UTC.");
}
