using System.Data.Common;

namespace Skipper.Gateway.Security;

/// <summary>Writes down who decided what, refusals included, after it was answered.</summary>
internal sealed partial class AuditTrail(RequestDelegate next, AuditStore store, TimeProvider time, ILogger<AuditTrail> logger)
{
    private const int LongestPath = 400;

    public Task InvokeAsync(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && EndpointScope.Of(http) is Scope.Admin
            ? WriteAsync(http)
            : next(http);

    private async Task WriteAsync(HttpContext http)
    {
        await next(http);
        var (caller, path) = (Caller.Of(http), http.Request.Path.Value ?? "");
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Caller = caller.Name,
            KeyId = caller.KeyId,
            Address = http.Connection.RemoteIpAddress?.ToString() ?? "",
            Action = $"{http.Request.Method} {(path.Length <= LongestPath ? path : path[..LongestPath])}",
            Status = http.Response.StatusCode,
        };
        LogDecided(entry.Caller, entry.Action, entry.Status, entry.Address);
        try
        {
            // Whoever went away meanwhile has decided all the same.
            await store.AddAsync(entry, CancellationToken.None);
        }
        catch (DbException exception)
        {
            LogNotWritten(entry.Action, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Caller} did {Action}, answered {Status}, from {Address}")]
    private partial void LogDecided(string caller, string action, int status, string address);

    [LoggerMessage(LogLevel.Error, "{Action} could not be written into the audit log: {Reason}")]
    private partial void LogNotWritten(string action, string reason);
}
