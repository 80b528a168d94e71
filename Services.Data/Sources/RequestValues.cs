using System.Globalization;
using Microsoft.Extensions.Options;
using Skipper.Services.Data.Sources.Declarations;

namespace Skipper.Services.Data.Sources;

/// <summary>What fills the braces of requests.</summary>
internal sealed class RequestValues(IOptions<SourceOptions> options, TimeProvider time)
{
    private const string Secret = "secret.";

    /// <summary>Names that every source has. <c>_date</c> is the day, <c>_unix</c> seconds; all UTC.</summary>
    public static readonly string[] Times = ["since", "since_date", "since_unix", "until", "until_date", "until_unix"];

    public Func<string, string?> For(SourceJob job, SourceItem item, ItemState state, IReadOnlyDictionary<string, string>? found = null)
    {
        var since = job.From ?? Since(job.Declaration.Cursor, state);
        var until = job.To ?? time.GetUtcNow();
        return name => name switch
        {
            "since" => Moment(since),
            "since_date" => Day(since),
            "since_unix" => Unix(since),
            "until" => Moment(until),
            "until_date" => Day(until),
            "until_unix" => Unix(until),
            _ when name.StartsWith(Secret, StringComparison.Ordinal) => options.Value.Secrets.GetValueOrDefault(name[Secret.Length..]),
            _ => found?.GetValueOrDefault(name) ?? item.Values.GetValueOrDefault(name),
        };
    }

    private static DateTimeOffset Since(SourceCursor? cursor, ItemState state)
    {
        var start = cursor?.Start ?? DateTimeOffset.UnixEpoch;
        return state.Cursor is { } seen && cursor is not null && seen - start > cursor.Lag ? seen - cursor.Lag : start;
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Unix(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
