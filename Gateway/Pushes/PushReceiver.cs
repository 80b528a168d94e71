using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Preprocessing;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Gateway.Pushes;

/// <summary>
/// Answers pushes so that Pub/Sub does the right thing: 200 and 204 end a message, anything else brings it again.
/// </summary>
internal sealed partial class PushReceiver(
    PushStore store, PreprocessCaller caller, IArtifactStore artifacts, ILogger<PushReceiver> logger)
{
    private const string ArtifactAttribute = "artifact";
    private const int DigestLength = 64;

    public async Task<IResult> ReceiveAsync(string kind, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        PushEnvelope envelope;
        try
        {
            using var json = JsonDocument.Parse(body);
            envelope = PushEnvelope.Read(json.RootElement);
        }
        // The last is what a text with half a character is to the JSON reader.
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw await RefuseAsync(kind, body, exception, cancellationToken);
        }

        // A message that was answered is answered the same: the artifact it names is there already.
        var known = await store.FindAsync(envelope.Subscription, envelope.MessageId, kind, cancellationToken);
        return known is null ? await WorkAsync(kind, envelope, cancellationToken) : Answer(known);
    }

    private async Task<IResult> WorkAsync(string kind, PushEnvelope envelope, CancellationToken cancellationToken)
    {
        var push = new Push { Subscription = envelope.Subscription, MessageId = envelope.MessageId, Kind = kind };
        try
        {
            var digest = await ArtifactOfAsync(envelope, cancellationToken);
            push = push with { Artifact = digest };
            var array = await caller.CallAsync(kind, digest, RecipeOf(envelope), strict: false, cancellationToken);
            push = push with { State = PushState.Done, Answer = JsonSerializer.Serialize(array, MessageJson.Options) };
        }
        catch (MeshException exception) when (IsPermanent(exception))
        {
            push = push with { State = PushState.Failed, Reason = StoredText.Clean($"{exception.Code.ToWire()}: {exception.Message}") };
        }
        catch (MeshException exception) when (exception.Code is not ErrorCode.Unavailable)
        {
            // Whatever it was, the payload is not to blame: Pub/Sub brings it again.
            throw MeshException.Unavailable($"Not done now: {exception.Message}", exception);
        }

        if (push.State == PushState.Failed)
        {
            LogFailed(push.MessageId, push.Subscription, push.Reason!);
        }

        await store.AddAsync(push, cancellationToken);
        return Answer(push);
    }

    /// <summary>What is not a push would come again for days: it is kept, under the digest of its bytes, each time once.</summary>
    private async Task<BadHttpRequestException> RefuseAsync(
        string kind, ReadOnlyMemory<byte> body, Exception exception, CancellationToken cancellationToken)
    {
        var reason = exception is JsonException json ? JsonProblem.Describe(json) : exception.Message;
        using var bytes = new MemoryStream(body.ToArray(), writable: false);
        var digest = await artifacts.PutAsync(bytes, cancellationToken);
        await store.AddAsync(
            new Push { MessageId = digest, Kind = kind, State = PushState.Malformed, Artifact = digest, Reason = reason }, cancellationToken);
        LogMalformed(kind, digest, reason);
        return new BadHttpRequestException($"The push is malformed: {reason.TrimEnd('.')}. It is kept, see /api/v1/skipper/pushes.");
    }

    /// <summary>The payload is a file, or the digest of one, as data or as attribute; it never names a path.</summary>
    private async Task<string> ArtifactOfAsync(PushEnvelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.Attributes.TryGetValue(ArtifactAttribute, out var named))
        {
            return named;
        }

        if (envelope.Data.Length == DigestLength && envelope.Data.All(letter => char.IsAsciiHexDigitLower((char)letter)))
        {
            return Encoding.ASCII.GetString(envelope.Data);
        }

        if (envelope.Data.Length == 0)
        {
            throw MeshException.InvalidArgument("The message has no data and no attribute artifact.");
        }

        using var bytes = new MemoryStream(envelope.Data, writable: false);
        return await artifacts.PutAsync(bytes, cancellationToken);
    }

    private static JsonObject RecipeOf(PushEnvelope envelope)
    {
        var recipe = new JsonObject();
        foreach (var (name, value) in envelope.Attributes)
        {
            recipe[name] = Recipes.Value(value);
        }

        return recipe;
    }

    private static bool IsPermanent(MeshException exception) =>
        exception.Code is ErrorCode.InvalidArgument or ErrorCode.NotFound
        || (exception.Code is ErrorCode.ResourceExhausted && !exception.Retryable);

    private static IResult Answer(Push push) =>
        push.Answer is { } answer ? Results.Text(answer, "application/json") : Results.NoContent();

    [LoggerMessage(LogLevel.Warning, "Push {MessageId} of {Subscription} will never do: {Reason}")]
    private partial void LogFailed(string messageId, string subscription, string reason);

    [LoggerMessage(LogLevel.Warning, "A malformed push for {Kind} was kept as {Digest}: {Reason}")]
    private partial void LogMalformed(string kind, string digest, string reason);
}
