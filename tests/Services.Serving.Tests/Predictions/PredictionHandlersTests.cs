using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Predictions;

public sealed class PredictionHandlersTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.RegisterAsync("housing", 1, Token);
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task One_row_is_answered_with_its_targets_model_and_version()
    {
        var answer = await PredictAsync("""{"task_type":"serving","data":{"RM":8,"RAD":15,"PRICE":24}}""");

        Assert.Equal(["price", "ptratio", "model", "version"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(205, answer.GetProperty("price").GetDouble(), 6);
        Assert.Equal(19, answer.GetProperty("ptratio").GetDouble(), 6);
        Assert.Equal("housing", answer.GetProperty("model").GetString());
        Assert.Equal(2, answer.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_request_may_name_a_version()
    {
        var answer = await PredictAsync("""{"data":{"rm":8,"rad":15},"model":"housing@1"}""");

        Assert.Equal(105, answer.GetProperty("price").GetDouble(), 6);
        Assert.Equal(1, answer.GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("""{"task_type":"serving"}""", "Expected an object with one member per feature, found nothing.")]
    [InlineData("""{"data":[8,15]}""", "Expected an object with one member per feature, found an array.")]
    [InlineData("""{"data":{"rm":8}}""", "Column 'rad' is missing; expected columns: rm, rad.")]
    public async Task A_wrong_row_is_refused(string request, string message)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictAsync(request));

        Assert.Equal((ErrorCode.InvalidArgument, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task A_target_named_model_or_version_keeps_its_member()
    {
        _host.Catalog.Add(Samples.Load("odd", 3, "version", "model"), published: true);

        var answer = await PredictAsync("""{"data":{"rm":8,"rad":15},"model":"odd"}""");

        Assert.Equal(305, answer.GetProperty("version").GetDouble(), 6);
        Assert.Equal(19, answer.GetProperty("model").GetDouble(), 6);
        Assert.Equal("odd", answer.GetProperty("_model").GetString());
        Assert.Equal(3, answer.GetProperty("_version").GetInt32());
    }

    [Fact]
    public async Task A_bundle_of_objects_and_arrays_is_answered_in_order_by_one_version()
    {
        var batch = await PredictBundleAsync("""{"data":{"rows":[{"rm":6,"rad":10},[8,15],{"rad":10,"rm":8,"price":1}]}}""");

        Assert.Equal(("housing", 2), (batch.Model, batch.Version));
        Assert.Equal([200.0, 205, 203], batch.Predictions.Select(row => Math.Round(row["price"], 6)));
        Assert.Equal([20.0, 19, 19], batch.Predictions.Select(row => Math.Round(row["ptratio"], 6)));
    }

    [Fact]
    public async Task A_bundle_and_its_rows_one_by_one_give_the_same_bits()
    {
        var rows = Enumerable.Range(0, 100).Select(i => $$"""{"rm":{{i}}.37,"rad":{{i % 24}}}""").ToArray();

        var batch = await PredictBundleAsync($$$"""{"data":{"rows":[{{{string.Join(",", rows)}}}]}}""");

        for (var i = 0; i < rows.Length; i++)
        {
            var single = await PredictAsync($$"""{"data":{{rows[i]}}}""");
            Assert.Equal(single.GetProperty("price").GetDouble(), batch.Predictions[i]["price"]);
        }
    }

    [Fact]
    public async Task A_poisoned_row_in_a_bundle_of_64_fails_alone()
    {
        var rows = Enumerable.Range(0, 64).Select(i => i == 17 ? """{"rm":{"deep":[1,{}]},"rad":10}""" : $"[{6 + i},10]");

        var batch = await PredictBundleAsync($$$"""{"data":{"on_error":"item","rows":[{{{string.Join(",", rows)}}}]}}""");

        var error = Assert.Single(batch.Errors!);
        Assert.Equal(
            (17, "invalid_argument", false, "Row 17: Column 'rm' must be a number, found an object."),
            (error.Row, error.Code, error.Retryable, error.Error));
        Assert.Equal("rm", error.Details!.Value.GetProperty("column").GetString());
        Assert.Equal(64, batch.Predictions.Count);
        Assert.Empty(batch.Predictions[17]);
        Assert.All(Enumerable.Range(0, 64).Where(i => i != 17), i => Assert.Equal(200 + (1.5 * i), batch.Predictions[i]["price"], 6));
    }

    [Fact]
    public async Task Rows_that_fail_alone_are_named_in_their_order()
    {
        var batch = await PredictBundleAsync(
            """{"data":{"rows":[8,[8],[6,10],{"rm":8},[1.7e308,10],{"\ud800":1}],"model":"housing@1","on_error":"item"}}""");

        Assert.Equal([0, 1, 3, 4, 5], batch.Errors!.Select(error => error.Row));
        Assert.Equal(100, batch.Predictions[2]["price"], 6);
        Assert.Contains("Column '\\ud800' is not known", batch.Errors![^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_without_a_bad_row_has_no_errors() =>
        Assert.Null((await PredictBundleAsync("""{"data":{"on_error":"item","rows":[[8,15]]}}""")).Errors);

    [Fact]
    public async Task Anything_else_to_do_on_an_error_is_refused()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictBundleAsync("""{"data":{"on_error":"row","rows":[]}}"""));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("on_error must be 'call'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_fit_no_model_are_refused_before_they_take_memory()
    {
        var rows = string.Join(',', Enumerable.Repeat("0", (1 << 18) + 1));

        var error = await Assert.ThrowsAsync<MeshException>(
            () => PredictBundleAsync($$$"""{"data":{"on_error":"item","rows":[{{{rows}}}]}}"""));

        Assert.Contains("A request may have 262144 rows, found 262145", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_have_their_names_whatever_these_are()
    {
        _host.Catalog.Add(Samples.Load("odd", 3, "a \"quoted\" näme", "\\ \u0001"), published: true);

        var row = await PredictAsync("""{"data":{"rm":8,"rad":15},"model":"odd"}""");
        var batch = await PredictBundleAsync("""{"data":{"model":"odd","rows":[[8,15]]}}""");

        Assert.Equal(305, row.GetProperty("a \"quoted\" näme").GetDouble(), 6);
        Assert.Equal(["a \"quoted\" näme", "\\ \u0001"], batch.Predictions[0].Keys);
    }

    [Fact]
    public async Task An_empty_bundle_has_no_predictions() =>
        Assert.Empty((await PredictBundleAsync("""{"data":{"rows":[]}}""")).Predictions);

    [Theory]
    [InlineData("""{"data":{"rows":[[8,15],{"rm":8}]}}""", "Row 1: Column 'rad' is missing; expected columns: rm, rad.")]
    [InlineData("""{"data":{"rows":[[8,15],[8,"a"]]}}""", "Row 1: Column 'rad' must be a number, found the text \"a\"; send numbers without quotes.")]
    [InlineData("""{"data":{"rows":[null]}}""", "Row 0: expected an object with one member per feature, or an array of numbers, found null.")]
    public async Task A_wrong_bundle_is_refused_with_row_and_column(string request, string message)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictBundleAsync(request));

        Assert.Equal((ErrorCode.InvalidArgument, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task A_prediction_that_overflows_is_refused_and_never_answered_as_infinity()
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => PredictBundleAsync("""{"data":{"rows":[[6,10],[1.7e308,10]]}}"""));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
    }

    private async Task<JsonElement> PredictAsync(string request)
    {
        var reply = await _host.Rows.HandleAsync(request, Samples.Context, Token);
        return JsonDocument.Parse(reply.Utf8).RootElement;
    }

    private Task<PredictionBatch> PredictBundleAsync(string request) => _host.Bundles.HandleAsync(request, Samples.Context, Token);
}
