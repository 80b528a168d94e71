using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Notifications;

/// <summary>The callback in the launch of a run.</summary>
internal sealed record Callback
{
    public required string Url { get; init; }

    /// <summary>Absent = all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    public string? SecretName { get; init; }

    public static Callback Stored(string json) => JsonSerializer.Deserialize<Callback>(json, MessageJson.Options)!;

    public bool Wants(string type) => Events is not { Count: > 0 } events || events.Contains(type, StringComparer.Ordinal);
}

/// <summary>Takes the callback of a launch, or says what is wrong with it before the run is accepted.</summary>
internal sealed class CallbackReader(IOptions<WebhookOptions> options)
{
    /// <summary>Returns the callback as it is stored with the run.</summary>
    /// <exception cref="MeshException">It could not be called (<c>invalid_argument</c>).</exception>
    public string Read(JsonElement callback)
    {
        var read = Parse(callback);
        if (WebhookTarget.Problem(read.Url) is { } problem)
        {
            throw MeshException.InvalidArgument($"callback.url {problem}.");
        }

        if (!options.Value.AllowPrivateNetworks
            && IPAddress.TryParse(new Uri(read.Url).Host.Trim('[', ']'), out var address)
            && !PublicNetwork.Contains(address))
        {
            throw MeshException.InvalidArgument(
                $"callback.url must be on a public network, was {address}. {WebhookOptions.Section}:AllowPrivateNetworks permits others.");
        }

        if (read.Events?.FirstOrDefault(type => !RunEnd.EventTypes.Contains(type, StringComparer.Ordinal)) is { } unknown)
        {
            throw MeshException.InvalidArgument(
                $"callback.events must be of {string.Join(", ", RunEnd.EventTypes)}, was '{unknown}'.");
        }

        if (read.SecretName is { } secret && !options.Value.Secrets.ContainsKey(secret))
        {
            throw MeshException.InvalidArgument(
                $"callback.secret_name must be a name in {WebhookOptions.Section}:Secrets, was '{secret}'.");
        }

        return JsonSerializer.Serialize(read, MessageJson.Options);
    }

    private static Callback Parse(JsonElement callback)
    {
        try
        {
            return callback.Deserialize<Callback>(MessageJson.Options) ?? throw new JsonException("it was null");
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument(
                """callback must be an object such as {"url":"https://example.org/hook","events":["run.failed"]}: """ + exception.Message);
        }
    }
}
