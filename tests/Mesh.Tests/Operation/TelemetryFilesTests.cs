using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Operation;

/// <summary>What the dashboard and the alerts of deploy/telemetry ask for is what the mesh measures.</summary>
public sealed partial class TelemetryFilesTests(MeasuredMesh mesh) : IClassFixture<MeasuredMesh>
{
    private const string Broker = "rabbitmq_";

    // Of /metrics/per-object of the broker's plugin rabbitmq_prometheus.
    private static readonly string[] BrokerMetrics = ["rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked", "rabbitmq_queue_consumers"];
    private static readonly string[] BrokerLabels = ["queue", "vhost"];

    // Of the collector and of Prometheus, and of the buckets of a histogram.
    private static readonly string[] EveryMetricHas = ["service_name", "instance", "job", "le"];

    private static readonly string[] Words = ["sum", "max", "and", "or", "unless"];

    public static TheoryData<string> Expressions => [.. Panels().Concat(Alerts()).Distinct()];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void What_an_expression_names_is_measured(string expression)
    {
        var labels = Label().Matches(expression).SelectMany(match => match.Groups["label"].Captures).Select(capture => capture.Value).ToHashSet();
        var metrics = Metric().Matches(NoMetric().Replace(expression, " ")).Select(match => match.Value).Except(Words).ToList();

        Assert.NotEmpty(metrics);
        Assert.All(metrics, metric =>
        {
            Assert.Contains(metric, metric.StartsWith(Broker, StringComparison.Ordinal) ? BrokerMetrics : mesh.Metrics.Keys);
            if (LabelsOf(metric) is { Count: > 0 } known)
            {
                Assert.Subset(known.Concat(EveryMetricHas).ToHashSet(), labels);
            }
        });
    }

    [Fact]
    public void The_dashboard_has_rows_of_panels_each_with_a_title_and_a_place_of_its_own()
    {
        var panels = Dashboard().GetProperty("panels").EnumerateArray().ToList();
        var places = panels.Select(panel => panel.GetProperty("gridPos")).Select(at => (X: at.GetProperty("x").GetInt32(), Y: at.GetProperty("y").GetInt32())).ToList();

        Assert.All(panels, panel => Assert.NotEqual("", panel.GetProperty("title").GetString()));
        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    private ICollection<string> LabelsOf(string metric) =>
        metric.StartsWith(Broker, StringComparison.Ordinal) ? BrokerLabels : mesh.Metrics[metric].Keys;

    private static IEnumerable<string> Panels() =>
        from panel in Dashboard().GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString()!;

    private static IEnumerable<string> Alerts() =>
        AlertExpression().Matches(File.ReadAllText(Repository.File("deploy/telemetry/alerts.yml"))).Select(match => match.Groups["expr"].Value);

    private static JsonElement Dashboard() =>
        JsonDocument.Parse(File.ReadAllText(Repository.File("deploy/telemetry/grafana/dashboards/skipper.json"))).RootElement;

    [GeneratedRegex(@"^\s+expr: (?<expr>.+)$", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();

    // by (a, b) and {a="...", b=~"..."}
    [GeneratedRegex(@"by \((?:(?<label>\w+)[, ]*)+\)|(?<label>\w+)(?==~?""|!=""|!~"")")]
    private static partial Regex Label();

    // Selectors, groupings, ranges, and functions.
    [GeneratedRegex(@"\{[^}]*\}|by \([^)]*\)|\[[^\]]*\]|\w+(?=\()")]
    private static partial Regex NoMetric();

    [GeneratedRegex("[a-z_][a-z0-9_]*")]
    private static partial Regex Metric();
}
