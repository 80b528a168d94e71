using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Skipper.Services.Data.Sources.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>What a provider answered; no body where nothing changed.</summary>
internal sealed record Fetched(
    byte[]? Body, Uri Address, string? ContentType, string? ETag, string? LastModified, DateTimeOffset? FreshUntil)
{
    /// <summary>Status 203: the provider is about to take this address away.</summary>
    public bool Deprecated { get; init; }
}

/// <summary>
/// Asks providers: paced, within the daily quota, again with growing pauses where that may help, and no sooner than the provider says.
/// </summary>
internal sealed partial class Fetcher(
    SourceHttp http, CallStore calls, Pace pace, SourceStore sources, TimeProvider time, ILogger<Fetcher> logger)
{
    /// <param name="source">Whose limits hold.</param>
    /// <param name="item">For the record.</param>
    /// <param name="request">What to ask for.</param>
    /// <param name="check">Refuses, by a <see cref="ProviderException"/>, a body that is not whole.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">The provider refused, or did not answer in as many attempts as it is given.</exception>
    public async Task<T> GetAsync<T>(
        SourceDeclaration source, string item, ProviderRequest request, Func<Fetched, T> check, CancellationToken cancellationToken)
    {
        try
        {
            return await ProviderRetry.Of(source.Limits, time, (attempt, reason) => LogRetried(source.Name, attempt, reason)).ExecuteAsync(
                async token => await AttemptAsync(source, item, request, check, token), cancellationToken);
        }
        catch (ProviderException exception) when (exception.RetryAfter > source.Limits.LongestWait)
        {
            var until = time.GetUtcNow() + exception.RetryAfter.Value;
            await sources.KeepAwayAsync(source.Name, until, cancellationToken);
            throw Limited($"{exception.Message} It asks to be left alone until {until:u}.", exception.RetryAfter.Value);
        }
        catch (ProviderException exception)
        {
            throw MeshException.Unavailable(
                $"{request.Place} failed {source.Limits.Attempts} times, the last time so: {exception.Message}",
                exception);
        }
    }

    public static MeshException Limited(string message, TimeSpan wait) => new(ErrorCode.ResourceExhausted, message)
    {
        Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = (int)Math.Ceiling(Math.Clamp(wait.TotalSeconds, 1, 1e9)) }),
    };

    private async Task<T> AttemptAsync<T>(
        SourceDeclaration source, string item, ProviderRequest request, Func<Fetched, T> check, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(source.Name, source.Limits.PerSecond, cancellationToken);
        if (source.Limits.PerDay is { } limit && !await calls.TakeAsync(source.Name, limit, cancellationToken))
        {
            var now = time.GetUtcNow();
            throw Limited(
                $"The {limit} requests that source {source.Name} may make in a day are used up.",
                now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime);
        }

        var call = new ProviderCall(source.Name, item, time.GetUtcNow(), "failed", null, 0, 0);
        var started = time.GetTimestamp();
        try
        {
            using var patience = new CancellationTokenSource(source.Limits.Timeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                var (fetched, status) = await SendAsync(source, request, both.Token);
                call = call with { Status = status, Bytes = fetched.Body?.Length ?? 0 };
                var result = check(fetched);
                call = call with { Outcome = fetched.Body is null ? "unchanged" : "ok" };
                return result;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ProviderException($"it did not answer within {source.Limits.Timeout.TotalSeconds:0.###} s.");
            }
        }
        catch (ProviderException exception)
        {
            call = call with { Status = call.Status ?? exception.Status, Outcome = exception.Status == 429 ? "limited" : "failed" };
            throw;
        }
        catch (MeshException)
        {
            call = call with { Outcome = "refused" };
            throw;
        }
        finally
        {
            await calls.AddAsync(call with { Milliseconds = time.GetElapsedTime(started).TotalMilliseconds }, CancellationToken.None);
        }
    }

    private async Task<(Fetched Answer, int Status)> SendAsync(
        SourceDeclaration source, ProviderRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request.ToMessage();
            using var response = await http.SendAsync(message, cancellationToken);
            var status = (int)response.StatusCode;
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation or HttpStatusCode.NotModified))
            {
                throw await ProviderError.OfAsync(request, response, time.GetUtcNow(), cancellationToken);
            }

            var body = response.StatusCode is HttpStatusCode.NotModified
                ? null
                : await BoundedBody.ReadAsync(response.Content, source.Limits.MaxMegabytes, request.Place, cancellationToken);
            return (Describe(response, body), status);
        }
        catch (HttpRequestException exception) when (Refusal(exception) is { } refusal)
        {
            throw refusal;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new ProviderException($"the connection failed: {exception.Message}", exception);
        }
    }

    private static Fetched Describe(HttpResponseMessage response, byte[]? body) => new(
        body,
        response.RequestMessage!.RequestUri!,
        response.Content.Headers.ContentType?.ToString(),
        response.Headers.ETag?.ToString(),
        response.Content.Headers.TryGetValues("Last-Modified", out var modified) ? modified.First() : null,
        response.Content.Headers.Expires)
    {
        Deprecated = response.StatusCode is HttpStatusCode.NonAuthoritativeInformation,
    };

    private static MeshException? Refusal(Exception? exception) =>
        exception is null or MeshException ? exception as MeshException : Refusal(exception.InnerException);

    [LoggerMessage(LogLevel.Warning, "A request of source {Source} failed, attempt {Attempt}: {Reason}")]
    private partial void LogRetried(string source, int attempt, string reason);
}
