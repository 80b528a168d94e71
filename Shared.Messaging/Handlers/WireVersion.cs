using System.Globalization;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>
/// The version of the wire contract, <c>MAJOR[.MINOR]</c>. A message without one is of version 1, whose readers ignore what they do not
/// know; a new major is what such a reader would misunderstand.
/// </summary>
internal static class WireVersion
{
    /// <summary>What this process writes, and the newest major that it reads.</summary>
    public const string Current = "1";

    private static readonly int Major = int.Parse(Current, CultureInfo.InvariantCulture);

    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: a newer major, or not a version.</exception>
    public static void Require(Message message)
    {
        if (message.Header(MessageHeaders.Version) is not { } version || version == Current)
        {
            return;
        }

        if (!int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < 1)
        {
            throw MeshException.InvalidArgument($"{MessageHeaders.Version} must be a version such as {Current}, was '{version}'.");
        }

        if (major > Major)
        {
            throw MeshException.InvalidArgument(
                $"The request has version {version} of the wire contract; this worker knows version {Current} and older. "
                + "Update the worker, or send the older version.");
        }
    }
}
