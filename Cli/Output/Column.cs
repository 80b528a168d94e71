using System.Globalization;
using System.Text.Json;
using static System.FormattableString;

namespace Skipper.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">In capitals.</param>
/// <param name="Read">The cell of a row; null or empty = nothing to say.</param>
/// <param name="IsNumber">Aligned to the right.</param>
internal sealed record Column(string Header, Func<JsonElement, string?> Read, bool IsNumber = false)
{
    /// <summary>A member as it is.</summary>
    public static Column Text(string header, string path) => new(header, row => row.Text(path));

    public static Column Number(string header, string path) => new(header, row => row.Text(path), IsNumber: true);

    /// <summary>Seconds, as people say them.</summary>
    public static Column Seconds(string header, string path) => new(
        header, row => row.Number(path) is { } seconds ? Spoken(TimeSpan.FromSeconds(seconds)) : null, IsNumber: true);

    /// <summary>How long ago a time is.</summary>
    public static Column Age(string header, string path, TimeProvider time) => new(
        header,
        row => row.Text(path) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at)
            ? Spoken(time.GetUtcNow() - at)
            : null,
        IsNumber: true);

    /// <summary>In the two largest units at most: <c>350ms</c>, <c>12.3s</c>, <c>5m 10s</c>, <c>3h 2m</c>, <c>4d 1h</c>.</summary>
    public static string Spoken(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0ms",
        { TotalSeconds: < 1 } => Invariant($"{span.TotalMilliseconds:F0}ms"),
        { TotalMinutes: < 1 } => Invariant($"{span.TotalSeconds:F1}s"),
        { TotalHours: < 1 } => Invariant($"{span.Minutes}m {span.Seconds}s"),
        { TotalDays: < 1 } => Invariant($"{span.Hours}h {span.Minutes}m"),
        _ => Invariant($"{span.Days}d {span.Hours}h"),
    };
}
