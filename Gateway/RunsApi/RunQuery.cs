using System.Globalization;
using Skipper.Gateway.Runs;

namespace Skipper.Gateway.RunsApi;

/// <summary>Reads what a request asks for out of its query; says what is wrong with it.</summary>
internal static class RunQuery
{
    public const int DefaultPageSize = 50;
    public const int LargestPageSize = 200;

    private static readonly string[] Open = [RunState.Accepted, RunState.Running];
    private static readonly string[] Final = [RunState.Succeeded, RunState.Failed, RunState.TimedOut, RunState.Cancelled];
    private static readonly string[] Known =
        ["state", "workflow", "schedule", "since", "until", "rerun_of", "backfill", "page_size", "page_token"];

    public static bool IsFinal(string state) => Final.Contains(state, StringComparer.Ordinal);

    /// <exception cref="BadHttpRequestException">There is no such state.</exception>
    public static string KnownState(string state) => Open.Contains(state, StringComparer.Ordinal) || IsFinal(state)
        ? state
        : throw new BadHttpRequestException($"Unknown state '{state}'; known are {string.Join(", ", Open.Concat(Final))}.");

    public static RunFilter Filter(IQueryCollection query)
    {
        // A filter that is misspelled would show everything, and somebody would believe it.
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key, StringComparer.Ordinal)) is { } unknown)
        {
            throw new BadHttpRequestException($"Unknown parameter '{unknown}'; known are {string.Join(", ", Known)}.");
        }

        return new RunFilter
        {
            States = [.. query["state"].SelectMany(States).Select(KnownState).Distinct(StringComparer.Ordinal)],
            Workflow = Text(query, "workflow"),
            Schedule = Text(query, "schedule"),
            Since = Time(query, "since"),
            Until = Time(query, "until"),
            RerunOf = Id(query, "rerun_of"),
            Backfill = Id(query, "backfill"),
            Before = Text(query, "page_token") is { } token ? PageToken.Parse(token) : null,
        };
    }

    public static int PageSize(IQueryCollection query) => Number(query, "page_size", 1, LargestPageSize) ?? DefaultPageSize;

    /// <summary>Absent = null.</summary>
    public static int? Number(IQueryCollection query, string name, int least, int most) => Text(query, name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most => number,
        var text => throw new BadHttpRequestException($"{name} must be a whole number from {least} to {most}, was '{text}'."),
    };

    private static string[] States(string? value) =>
        (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string? Text(IQueryCollection query, string name) =>
        query[name] is [.., { Length: > 0 } value] ? StoredText.Clean(value) : null;

    private static Guid? Id(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        var text when Guid.TryParseExact(text, "D", out var id) => id,
        var text => throw new BadHttpRequestException($"{name} must be an id, was '{text}'."),
    };

    private static DateTimeOffset? Time(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        // A plus sign that was not encoded arrives as a space.
        var text when DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        var text => throw new BadHttpRequestException($"{name} must be a time such as 2026-01-02T03:04:05Z, was '{text}'."),
    };
}
