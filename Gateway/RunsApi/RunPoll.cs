using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Skipper.Gateway.RunsApi;

/// <summary>The long poll: reads a run, and waits for its next revision if the client wants that.</summary>
internal sealed class RunPoll(
    RunReader runs, RunChanges changes, IHostApplicationLifetime lifetime, IOptions<RunWatchOptions> options, TimeProvider time)
{
    /// <summary>
    /// Returns the run at once where it has ended or is at another revision than the client knows, else when it changes or the time
    /// is over.
    /// </summary>
    /// <param name="id">Which run, as it stands in the path.</param>
    /// <param name="known">The revision that the client has; absent = that of now.</param>
    /// <param name="wait">How long to wait.</param>
    /// <param name="cancellationToken">The client went away.</param>
    public async Task<RunRow> ReadAsync(string id, long? known, TimeSpan wait, CancellationToken cancellationToken)
    {
        var run = await runs.RunAsync(id, cancellationToken);
        known ??= run.Rev;
        if (wait <= TimeSpan.Zero || run.IsFinal || run.Rev != known)
        {
            return run;
        }

        using var watch = changes.Watch(run.Id);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var start = time.GetTimestamp();
        for (var isOver = false; ;)
        {
            run = await runs.RunAsync(id, cancellationToken);
            if (isOver || run.IsFinal || run.Rev != known)
            {
                return run;
            }

            try
            {
                var left = wait - time.GetElapsedTime(start);
                isOver = left <= TimeSpan.Zero || !await watch.WaitAsync(left, stopping.Token);
            }
            catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // The client asks again, and reaches a gateway that stays.
                return run;
            }
        }
    }

    /// <summary>What <c>?wait=30</c> or <c>Prefer: wait=30</c> asks for, at most as long as this gateway allows.</summary>
    public (TimeSpan Wait, bool IsPreference) Wanted(HttpRequest request)
    {
        var most = options.Value.MaxWaitSeconds;
        if (RunQuery.Number(request.Query, "wait", 0, int.MaxValue) is { } asked)
        {
            return (TimeSpan.FromSeconds(Math.Min(asked, most)), false);
        }

        return Preferred(request.Headers["Prefer"]) is { } preferred
            ? (TimeSpan.FromSeconds(Math.Min(preferred, most)), true)
            : (TimeSpan.Zero, false);
    }

    /// <summary>RFC 7240. A preference that cannot be read is not applied, rather than refused.</summary>
    private static int? Preferred(StringValues headers)
    {
        foreach (var preference in headers.SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [var name, var value]
                && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return seconds;
            }
        }

        return null;
    }
}
