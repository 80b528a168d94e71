using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skipper.Services.Serving.Labels;
using Skipper.Services.Serving.Predictions;
using Skipper.Services.Serving.StoredPredictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Databases;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.StoredPredictions;

/// <summary>What is promised of kept predictions, whichever database they are kept in.</summary>
public abstract partial class StoredPredictionContract : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestStorage _storage = null!;
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PredictionStore Store => _host.Get<PredictionStore>();

    private LabelStore Labels => _host.Get<LabelStore>();

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_request_that_comes_again_is_answered_with_what_was_kept_whatever_is_served_by_then()
    {
        var first = await StoreAsync("a", "[[8,15],[6,10]]");
        _time.Advance(TimeSpan.FromHours(1));
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);

        var again = await StoreAsync("a", "[[8,15],[6,10]]");
        var later = await StoreAsync("b", "[[8,15],[6,10]]");

        Assert.Equal(Text(first), Text(again));
        Assert.Equal((1, 2), (again.Version, later.Version));
        Assert.Equal([105.0, 100], first.Predictions.Select(row => Math.Round(row["price"], 6)));
        Assert.Equal([205.0, 200], later.Predictions.Select(row => Math.Round(row["price"], 6)));
    }

    [Fact]
    public async Task An_id_that_was_used_for_another_request_is_refused()
    {
        await StoreAsync("a", "[[8,15]]");

        foreach (var (rows, model) in new[] { ("[[8,16]]", "housing"), ("[[8,15]]", "housing@1") })
        {
            var error = await Assert.ThrowsAsync<MeshException>(() => StoreAsync("a", rows, model));
            Assert.Equal(ErrorCode.AlreadyExists, error.Code);
        }
    }

    [Theory]
    [InlineData("a/b", "[[8,15]]", "request_id must be 1 to 200 ASCII letters, digits and -_.:~@+=, was 'a/b'.")]
    [InlineData("", "[[8,15]]", "request_id must be 1 to 200")]
    [InlineData("a", "[]", "data.rows must have at least one row")]
    [InlineData("a", "[[8,15],[8]]", "Row 1: expected 2 values")]
    public async Task A_request_that_cannot_be_kept_is_refused_and_leaves_nothing(string id, string rows, string message)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => StoreAsync(id, rows));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Empty((await ListAsync(new PredictionFilter())).Predictions);
    }

    [Fact]
    public async Task Requests_with_one_id_side_by_side_are_kept_once_and_answered_alike()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StoreAsync("a", "[[8,15],[6,10],[4,5]]"))));

        Assert.Single(answers.Select(Text).Distinct());
        Assert.Equal([0, 1, 2], (await FindAsync("a")).Select(prediction => prediction.Row));
    }

    [Fact]
    public async Task Rows_are_found_as_they_came_and_a_request_that_is_not_kept_is_not()
    {
        await StoreAsync("a", """[{"rm":8,"rad":15},[6.5,10]]""");

        var rows = await FindAsync("a");

        Assert.Equal(["""{"rm":8,"rad":15}""", "[6.5,10]"], rows.Select(row => row.Input.GetRawText()));
        Assert.All(rows, row => Assert.Equal(("a", "housing", 1, "stored"), (row.RequestId, row.Model, row.Version, row.Source)));
        Assert.All(rows, row => Assert.Equal(_time.GetUtcNow(), row.PredictedAt));
        Assert.Equal(
            ErrorCode.NotFound, (await Assert.ThrowsAsync<MeshException>(() => FindAsync("b"))).Code);
    }

    [Fact]
    public async Task Pages_from_the_newest_to_the_oldest_have_every_row_once()
    {
        await StoreAsync("a", "[[1,1],[2,2],[3,3]]");
        await StoreAsync("b", "[[4,4]]");
        _time.Advance(TimeSpan.FromMicroseconds(1));
        await StoreAsync("c", "[[5,5],[6,6]]");

        List<string> seen = [];
        string? token = null;
        do
        {
            var page = await ListAsync(new PredictionFilter { Limit = 2, PageToken = token });
            seen.AddRange(page.Predictions.Select(row => $"{row.RequestId}{row.Row}"));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal(["c1", "c0", "b0", "a2", "a1", "a0"], seen);
    }

    [Fact]
    public async Task A_list_has_what_was_asked_for()
    {
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("cars", 1, Token), Token);
        await StoreAsync("old", "[[1,1]]");
        _time.Advance(TimeSpan.FromDays(1));
        var since = _time.GetUtcNow();
        await StoreAsync("new", "[[1,1]]");
        await StoreAsync("other", "[[1,1]]", "cars");

        Assert.Equal(["new", "old"], await NamesAsync(new PredictionFilter { Model = "housing" }));
        Assert.Equal(["other", "new"], await NamesAsync(new PredictionFilter { Since = since }));
        Assert.Equal(["old"], await NamesAsync(new PredictionFilter { Until = since }));
        Assert.Equal(["other"], await NamesAsync(new PredictionFilter { Model = "cars", Version = 1, Since = since }));
        Assert.Empty(await NamesAsync(new PredictionFilter { Version = 2 }));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1001, null)]
    [InlineData(1, "no token")]
    [InlineData(1, "e30x")]
    public async Task A_wrong_page_is_refused(int limit, string? token)
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => ListAsync(new PredictionFilter { Limit = limit, PageToken = token }));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
    }

    [Fact]
    public async Task What_is_too_old_goes_with_its_labels_and_each_source_has_its_own_time()
    {
        await StoreAsync("stored", "[[8,15]]");
        await Store.AddAsync([.. Enumerable.Range(0, PredictionSweeper.Batch + 1).Select(Sampled)], Token);
        await FeedAsync("stored", """[{"label":{"price":1}}]""");
        await FeedAsync("sampled", """[{"label":{"price":1}}]""");

        await SweepAsync(29);
        Assert.Equal(PredictionSweeper.Batch + 1, (await Store.FindAsync("sampled", Token)).Count);
        await SweepAsync(2);
        Assert.Empty(await Store.FindAsync("sampled", Token));
        Assert.Equal(0, await Labels.CountAsync("sampled", Token));
        Assert.Equal(1, await Labels.CountAsync("stored", Token));
        await SweepAsync(335);
        Assert.Empty(await Store.FindAsync("stored", Token));
        Assert.Equal(0, await Labels.CountAsync("stored", Token));
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    private PredictionRow Sampled(int row) => new()
    {
        RequestId = "sampled",
        RowNumber = row,
        Model = "housing",
        Version = 1,
        Source = PredictionRow.Sampled,
        Input = "{}",
        Output = """{"price":2,"ptratio":20}""",
        PredictedAt = _time.GetUtcNow(),
    };

    private Task SweepAsync(int daysLater)
    {
        _time.Advance(TimeSpan.FromDays(daysLater));
        return new PredictionSweeper(
            _host.Keyed<Database>(ServingService.Schema), Store, Options.Create(new StoredPredictionOptions()), _time, NullLogger<PredictionSweeper>.Instance)
            .SweepAsync(Token);
    }

    private Task<StoredAnswer> StoreAsync(string id, string rows, string model = "housing") =>
        new StorePredictionsHandler(_host.Get<Predictor>(), Store, _time).HandleAsync(
            new StorePredictions { Data = new() { Model = model, Rows = Read<List<JsonElement>>(rows), RequestId = id } },
            Samples.Context,
            Token);

    private async Task<IReadOnlyList<StoredPrediction>> FindAsync(string id) => (await new FindPredictionsHandler(Store, Labels)
        .HandleAsync(new FindPredictions { Data = new() { RequestId = id } }, Samples.Context, Token)).Predictions;

    private Task<StoredPredictionList> ListAsync(PredictionFilter filter) =>
        new ListPredictionsHandler(Store, Labels).HandleAsync(new ListPredictions { Data = filter }, Samples.Context, Token);

    private async Task<IEnumerable<string>> NamesAsync(PredictionFilter filter) =>
        (await ListAsync(filter)).Predictions.Select(row => row.RequestId);

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, MessageJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, MessageJson.Options)!;
}

public sealed class SqliteStoredPredictionTests : StoredPredictionContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlStoredPredictionTests : StoredPredictionContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
