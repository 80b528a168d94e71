using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// What is known of the broker's stand on transient queues that are not exclusive, the shape that skipper-lib declares: since 3.12 a
/// setting can deny them, since 4.3 it does by default. The denial closes the whole connection (541), not only the channel.
/// </summary>
internal static class TransientQueues
{
    public const string Feature = "transient_nonexcl_queues";

    /// <summary>The setting that permits them.</summary>
    public const string Setting = $"deprecated_features.permit.{Feature} = true";

    private static readonly Version FirstThatCanDeny = new(3, 12);
    private static readonly Version FirstThatDenies = new(4, 3);

    /// <summary>The version in the properties that a broker sends at connect; null where it is absent or unheard of.</summary>
    public static Version? VersionOf(IDictionary<string, object?>? serverProperties)
    {
        var text = serverProperties?.TryGetValue("version", out var value) == true
            ? value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                string said => said,
                _ => null,
            }
            : null;
        // Such as 4.3.0-beta.1 or 3.10.8+dirty: what follows the numbers does not matter here.
        return Version.TryParse(text?.Split('-', '+', '~')[0], out var version) ? version : null;
    }

    /// <summary>Whether a declaration may close the connection; a broker that does not say its version may do anything.</summary>
    public static bool MayBeDenied(Version? version) => version is null || version >= FirstThatCanDeny;

    /// <summary>Whether a broker of this version denies them unless it is told otherwise.</summary>
    public static bool AreDeniedByDefault(Version? version) => version >= FirstThatDenies;

    /// <summary>Whether a connection was closed because of such a declaration.</summary>
    public static bool IsDenial(ShutdownEventArgs? reason) => reason is not null
        && (reason.ReplyCode == Constants.InternalError || reason.ReplyText.Contains(Feature, StringComparison.Ordinal));
}
