using System.Globalization;
using System.Text.Json.Nodes;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

public sealed class ScorecardTests : IAsyncLifetime
{
    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(TestStorage.Sqlite());
        _provider = await ProviderDouble.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Providers_are_judged_by_what_they_hold_how_they_answer_and_how_far_they_are_from_each_other()
    {
        // Two agree; the third knows half of the places, is 5 too warm and fails every second time.
        await IngestAsync("good", ["a", "b"], shift: 0);
        await IngestAsync("same", ["a", "b"], shift: 1);
        var count = 0;
        _provider.Script = () => ++count % 2 == 1 ? Fault.TooMany : Fault.None;
        await IngestAsync("poor", ["a"], shift: 5);

        var evaluation = await EvaluateAsync("scores");

        Assert.Equal("poor", evaluation.Providers[^1].Source);
        var (good, poor) = (evaluation.Providers.Single(card => card.Source == "good"), evaluation.Providers[^1]);
        Assert.Equal((1.0, 0.5), (good.Coverage, poor.Coverage));
        Assert.Equal((1.0, 0.5, 0.5), (good.SuccessRate, poor.SuccessRate, poor.LimitedRate));
        Assert.Equal((20L, 10L), (good.Rows, poor.Rows));
        Assert.Equal(0.9, good.Completeness["value"], 1e-12);

        // Where all three have a value: against the median of the two others.
        Assert.Equal(3.0, good.Deviation["value"], 1e-9);
        Assert.Equal(4.5, poor.Deviation["value"], 1e-9);
        var pair = Assert.Single(evaluation.Pairs, pair => pair is { First: "good", Second: "same" });
        Assert.Equal((18L, 1.0, -1.0), (pair.Count, Math.Round(pair.MeanAbsoluteError, 9), Math.Round(pair.Bias, 9)));
        Assert.Equal(1.0, pair.Correlation!.Value, 1e-9);
        Assert.InRange(good.LatencyP50!.Value, 0, good.LatencyP99!.Value);
        Assert.True(good.Score > poor.Score && good.Accepted);
    }

    [Fact]
    public async Task A_table_that_nobody_fills_is_not_compared()
    {
        var exception = await Assert.ThrowsAsync<MeshException>(() => EvaluateAsync("nothing"));

        Assert.Equal(ErrorCode.NotFound, exception.Code);
    }

    private Task<ProviderEvaluation> EvaluateAsync(string table) => _bench.Host.Rpc.CallAsync(
        new EvaluateProviders { Data = new EvaluateProviders.Comparison { Table = table } },
        cancellationToken: TestContext.Current.CancellationToken);

    private async Task IngestAsync(string source, string[] places, double shift)
    {
        _provider.Json[$"/{source}"] = _ => new JsonArray([.. Enumerable.Range(0, 10).Select(hour => (JsonNode)new JsonObject
        {
            ["time"] = hour * 3600,
            ["value"] = hour == 3 ? null : hour + shift,
        })]);
        await _bench.DeclareAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            name: {{source}}
            kind: json
            table: scores
            request: { url: "{{_provider.Address}}{{source}}?place={place}" }
            for_each: [{{string.Join(", ", places.Select(place => $"{{ place: {place} }}"))}}]
            limits: { per_second: 1000, longest_wait: 5s }
            columns:
              source: { value: {{source}} }
              place: { value: "{place}" }
              time: { type: timestamp, from: time, required: true }
              value: { type: number, from: value }
            key: [source, place, time]
            """));
        await _bench.IngestAsync(source);
    }
}
