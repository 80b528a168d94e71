using System.Net;

namespace Skipper.Bench.Overload;

/// <summary>How requests were answered.</summary>
internal sealed class ArrivalResult(IEnumerable<(HttpStatusCode Status, double Milliseconds)> answers, TimeSpan duration)
{
    private readonly Dictionary<HttpStatusCode, List<double>> _durations = answers
        .GroupBy(answer => answer.Status)
        .ToDictionary(group => group.Key, group => group.Select(answer => answer.Milliseconds).Order().ToList());

    public IEnumerable<HttpStatusCode> Statuses => _durations.Keys.Order();

    public int Count(HttpStatusCode? status = null) => status is { } one
        ? _durations.GetValueOrDefault(one)?.Count ?? 0
        : _durations.Values.Sum(durations => durations.Count);

    public double PerSecond(HttpStatusCode? status = null) => Count(status) / duration.TotalSeconds;

    public double Percentile(double fraction, HttpStatusCode status) =>
        _durations.GetValueOrDefault(status) is { } durations ? durations[(int)(fraction * (durations.Count - 1))] : 0;
}
