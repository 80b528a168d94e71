using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Scorings;

/// <summary>Both ends of scoring a dataset; the parts are scored by the test.</summary>
public sealed class ScoringTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private DataHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new DataHost(_storage);
        await _host.StartAsync();
        await _host.ImportAsync("ports", "name,depth,opened\nRast,12.5,2026-01-02\n\"Vik \"\"N\"\"\",,2026-01-03\nNes,8,2026-01-04\nHov,15,2026-01-05\nEid,4,2026-01-06\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_version_is_cut_into_parts_of_objects_in_the_order_of_its_rows()
    {
        var plan = await PlanAsync(2);

        Assert.Equal(("ports", 1, 5), (plan.Dataset.Name, plan.Dataset.Version, plan.RowCount));
        Assert.Equal([(1, 2), (2, 2), (3, 1)], plan.Parts.Select(part => (part.Number, part.RowCount)));
        Assert.Equal(
            """
            {"name":"Rast","depth":12.5,"opened":"2026-01-02T00:00:00Z"}
            {"name":"Vik \u0022N\u0022","depth":null,"opened":"2026-01-03T00:00:00Z"}

            """.ReplaceLineEndings("\n"),
            await TextAsync(plan.Parts[0].Artifact));
        Assert.StartsWith("{\"name\":\"Eid\"", await TextAsync(plan.Parts[2].Artifact), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(1_000_000, 1)]
    public async Task The_same_version_has_the_same_parts(int rowsPerPart, int parts)
    {
        var (one, other) = (await PlanAsync(rowsPerPart), await PlanAsync(rowsPerPart));

        Assert.Equal(parts, one.Parts.Count);
        Assert.Equal(one.Parts, other.Parts);
    }

    [Fact]
    public async Task Parts_that_span_batches_hold_every_row_once()
    {
        const int Rows = 20_001;
        await _host.ImportAsync("many", $"i,x\n{string.Join('\n', Enumerable.Range(0, Rows).Select(i => $"{i},0.5"))}\n");

        var plan = await _host.Rpc.CallAsync(
            new PlanScoring { Data = new() { Dataset = "many", RowsPerPart = 3000 } }, cancellationToken: Token);

        Assert.Equal([3000, 3000, 3000, 3000, 3000, 3000, 2001], plan.Parts.Select(part => part.RowCount));
        var lines = (await Task.WhenAll(plan.Parts.Select(part => TextAsync(part.Artifact))))
            .SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            Enumerable.Range(0, Rows), lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("i").GetInt32()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public async Task A_part_has_a_bounded_number_of_rows(int rowsPerPart)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PlanAsync(rowsPerPart));

        Assert.Equal($"data.rows_per_part must be from 1 to 1000000, was {rowsPerPart}.", error.Message);
    }

    [Fact]
    public async Task More_parts_than_a_step_may_have_are_refused_with_what_would_do()
    {
        await _host.ImportAsync("many", $"i\n{string.Join('\n', Enumerable.Range(0, 2001))}\n");

        var error = await Assert.ThrowsAsync<MeshException>(() => _host.Rpc.CallAsync(
            new PlanScoring { Data = new() { Dataset = "many", RowsPerPart = 2 } }, cancellationToken: Token));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith("data.rows_per_part must be at least 3,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scored_parts_become_a_version_in_the_order_of_their_numbers_with_its_lineage()
    {
        var plan = await PlanAsync(2);
        var parts = await ScoreAsync(plan);

        var scores = await PublishAsync(plan, [parts[2], parts[0], parts[1]]);
        var again = await PublishAsync(plan, parts);

        Assert.Equal(("port-scores", 1, 5), (scores.Dataset.Name, scores.Dataset.Version, scores.Dataset.RowCount));
        Assert.Equal(("lin", 3, 4, 1), (scores.Model, scores.Version, scores.ScoredCount, scores.RefusedCount));
        Assert.Equal((1, scores.Dataset.Digest), (again.Dataset.Version, again.Dataset.Digest));
        Assert.Equal(
            ["name:text", "predicted_x:integer", "refused:text"],
            scores.Dataset.Columns.Select(column => $"{column.Name}:{column.Type}"));
        Assert.Equal([0, 1, 4], scores.Dataset.Columns.Select(column => column.MissingCount));
        var manifest = await _host.Rpc.CallAsync(new DescribeDataset { Data = new() { Name = "port-scores" } }, cancellationToken: Token);
        Assert.Equal(("score", """{"model":"lin","version":3}"""), (manifest.Transform, manifest.Parameters));
        Assert.Equal("ports", Assert.Single(manifest.Parents).Name);
        Assert.Equal(2, _host.Events.Published.OfType<DatasetPublished>().Count(message => message.Dataset.Name is "ports" or "port-scores"));
    }

    [Fact]
    public async Task Parts_that_do_not_belong_together_are_refused()
    {
        var plan = await PlanAsync(2);
        var parts = await ScoreAsync(plan);

        await RefusedAsync(ErrorCode.InvalidArgument, "data.parts must be the 3 parts of data.plan", plan, parts[..2]);
        await RefusedAsync(ErrorCode.InvalidArgument, "data.parts must be the 3 parts of data.plan", plan, [.. parts, parts[0]]);
        await RefusedAsync(
            ErrorCode.FailedPrecondition, "All parts must be scored by one version", plan, [parts[0], parts[1], parts[2] with { Version = 4 }]);
        await RefusedAsync(
            ErrorCode.FailedPrecondition,
            "'lin' version 3 refused all 5 rows: too deep",
            plan,
            [.. parts.Select(part => part with { RefusedCount = part.RowCount, FirstRefusal = "too deep" })]);
    }

    private async Task RefusedAsync(ErrorCode code, string message, ScoringPlan plan, ScoredPart[] parts)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PublishAsync(plan, parts));
        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private Task<ScoringPlan> PlanAsync(int rowsPerPart) => _host.Rpc.CallAsync(
        new PlanScoring { Data = new() { Dataset = "ports", RowsPerPart = rowsPerPart } }, cancellationToken: Token);

    private Task<PublishedScores> PublishAsync(ScoringPlan plan, IReadOnlyList<ScoredPart> parts) => _host.Rpc.CallAsync(
        new PublishScores { Data = new() { Name = "port-scores", Plan = plan, Parts = parts } }, cancellationToken: Token);

    /// <summary>The row without depth is refused.</summary>
    private async Task<ScoredPart[]> ScoreAsync(ScoringPlan plan)
    {
        List<ScoredPart> scored = [];
        foreach (var part in plan.Parts)
        {
            var lines = (await TextAsync(part.Artifact)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(row => (Name: row.GetProperty("name").GetRawText(), IsRefused: row.GetProperty("depth").ValueKind is JsonValueKind.Null))
                .Select(row => row.IsRefused
                    ? $$"""{"name":{{row.Name}},"predicted_x":null,"refused":"no depth"}"""
                    : $$"""{"name":{{row.Name}},"predicted_x":{{part.Number}}}""")
                .ToList();
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
            var refused = lines.Count(line => line.Contains("refused", StringComparison.Ordinal));
            scored.Add(new ScoredPart
            {
                Number = part.Number,
                RowCount = part.RowCount,
                RefusedCount = refused,
                Model = "lin",
                Version = 3,
                Artifact = await _host.Artifacts.PutAsync(content, Token),
            });
        }

        return [.. scored];
    }

    private async Task<string> TextAsync(string digest)
    {
        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(digest, Token));
        return await reader.ReadToEndAsync(Token);
    }
}
