using System.Net;
using System.Text.Json;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>What a status other than success means.</summary>
internal static class ProviderError
{
    private const int MaxMegabytes = 1;
    private const int MaxReason = 300;

    /// <returns>A <see cref="ProviderException"/> where another attempt may help, else a <see cref="MeshException"/>.</returns>
    public static async Task<Exception> OfAsync(
        ProviderRequest request, HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var reason = await ReasonAsync(response, request.Place, cancellationToken);
        var text = $"{request.Place} answered {status}{(reason is null ? "" : $": {reason}")}.";
        return response.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new ProviderException(text) { Status = status, RetryAfter = RetryAfter(response, now) },
            HttpStatusCode.NotFound or HttpStatusCode.Gone => MeshException.NotFound(text),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new MeshException(ErrorCode.PermissionDenied, text),
            _ => MeshException.FailedPrecondition(text),
        };
    }

    /// <summary>In seconds or as a date; a date that has passed means at once.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>What providers say in JSON: <c>reason</c> (Open-Meteo), <c>detail</c> or <c>title</c> (problem+json).</summary>
    private static async Task<string?> ReasonAsync(HttpResponseMessage response, string place, CancellationToken cancellationToken)
    {
        try
        {
            var body = await BoundedBody.ReadAsync(response.Content, MaxMegabytes, place, cancellationToken);
            using var json = JsonDocument.Parse(body);
            foreach (var member in new[] { "reason", "detail", "title", "error", "message" })
            {
                if (json.RootElement.ValueKind is JsonValueKind.Object
                    && json.RootElement.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String)
                {
                    var text = value.GetString()!.ReplaceLineEndings(" ").TrimEnd('.');
                    return text.Length <= MaxReason ? text : text[..MaxReason];
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or MeshException or IOException or HttpRequestException)
        {
            // The status has to do.
        }

        return null;
    }
}
