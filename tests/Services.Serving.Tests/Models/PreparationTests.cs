using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>
/// A model of two features, <c>city_rome</c> and <c>city_oslo</c>, that takes a row of <c>city</c>, where price = 100 + 3 of Rome + 2 of
/// Oslo; and one that takes times and numbers.
/// </summary>
public sealed class PreparationTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await StoreAsync("cities", Cities(refuseUnknown: true)), Token);
        await _host.Intake.TryPublishAsync(await StoreAsync("tides", Tides()), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Theory]
    [InlineData("cities", """{"city":"rome"}""", 103)]
    [InlineData("cities", """{"CITY":"oslo","price":1}""", 102)]
    [InlineData("cities", """["oslo"]""", 102)]
    [InlineData("tides", """{"at":"1970-01-01T00:00:00Z","level":5}""", 102)]
    [InlineData("tides", """{"at":"1970-01-01T06:00:00Z","level":5}""", 103)]
    [InlineData("tides", """{"at":"1970-01-01T08:00:00+02:00"}""", 103)]
    public async Task A_row_is_turned_into_features_by_the_transform_that_was_fitted(string model, string row, double price)
    {
        var batch = await PredictAsync(model, row);

        Assert.Equal(price, batch.Predictions[0]["price"], 1e-9);
    }

    [Theory]
    [InlineData("cities", """{"city":"paris"}""", "city", "'paris' is none of the 2 categories of the training part: rome, oslo.")]
    [InlineData("cities", """{"city":7}""", "city", "Column 'city' must be a text, found 7.")]
    [InlineData("cities", """{"city":null}""", "city", "Column 'city' is missing; expected columns: city.")]
    [InlineData("cities", """{"town":"rome"}""", "town", "Column 'town' is not known to this model; did you mean 'city'?")]
    [InlineData("cities", """{"city":"rome","City":"rome"}""", "city", "Column 'city' is there twice.")]
    [InlineData("cities", """{"city_rome":1}""", "city_rome", "is not known to this model")]
    [InlineData("cities", """["rome","oslo"]""", null, "Expected 1 values (city), found 2.")]
    [InlineData("cities", "7", null, "Expected an object with one member per column: city.")]
    [InlineData("tides", """{"at":"soon"}""", "at", "Column 'at' must be a time such as \"2026-01-02T03:04:05Z\", found \"soon\".")]
    [InlineData("tides", """{"at":"1970-01-01T00:00:00Z","level":1.5}""", "level", "Column 'level' must be a whole number, found 1.5.")]
    [InlineData("tides", """{"level":1}""", "at", "Column 'at' is missing")]
    public async Task A_row_that_does_not_fit_is_refused_by_its_raw_column(string model, string row, string? column, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => PredictAsync(model, row));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith("Row 0: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(column, error.Details!.Value.TryGetProperty("column", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task Values_that_came_as_cells_are_checked_alike()
    {
        using var lease = await _host.Finder.LeaseAsync("tides", Token);
        var features = new double[2];

        lease.Model.Preparation!.Read([CellValue.Of(6 * 3600e6), CellValue.Missing], 0, features);

        Assert.Equal([1, 0], features.Select(value => Math.Round(value, 12)));
        var error = Assert.Throws<MeshException>(() =>
            lease.Model.Preparation.Read([CellValue.Of("noon"), CellValue.Missing], 3, new double[2]));
        Assert.StartsWith("Row 3: Column 'at' must be a time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transform_of_another_model_is_refused()
    {
        var manifest = await StoreAsync("mixed", Cities(refuseUnknown: true));
        var other = Cities(refuseUnknown: true) with { Columns = [Column("city", FittedColumn.Text, new OneHotTransform { Names = ["bern", "kiev"] })] };
        var wrong = manifest with { Preprocessing = await Samples.PutAsync(_host.Artifacts, other.Write(), Token) };

        Assert.False(await _host.Intake.TryPublishAsync(wrong, Token));

        Assert.Contains("gives city_bern, city_kiev; the model takes city_rome, city_oslo", _host.Get<LoadStates>().All.Single().Failure, StringComparison.Ordinal);
    }

    private Task<PredictionBatch> PredictAsync(string model, string row) => _host.Bundles.HandleAsync(
        new PredictRows { Data = new() { Model = model, Rows = [JsonElement.Parse(row)] } }, Samples.Context, Token);

    private async Task<ModelVersion> StoreAsync(string name, FittedTransform transform)
    {
        var sample = await Samples.StoreAsync(_host.Artifacts, name, 1, Token);
        return sample with
        {
            Features = [.. sample.Features.Zip(transform.Outputs, (feature, output) => feature with { Name = output, Type = "number" })],
            Preprocessing = await Samples.PutAsync(_host.Artifacts, transform.Write(), Token),
            Signature = new ModelSignature
            {
                Inputs = [.. transform.Columns.Select(column => new ModelInput { Name = column.Name, Type = column.Type, Required = column.Name != "level" })],
                Outputs = [new() { Name = "price", Type = "number" }, new() { Name = "ptratio", Type = "number" }],
                Missing = "allow",
            },
        };
    }

    private static FittedTransform Cities(bool refuseUnknown) => new()
    {
        Dataset = new string('d', 64),
        RowCount = 10,
        Columns = [Column("city", FittedColumn.Text, new OneHotTransform { Names = ["rome", "oslo"], RefuseUnknown = refuseUnknown })],
    };

    // The hour as a place on a circle; the level is read and checked, and takes no part because it is always 0 afterwards.
    private static FittedTransform Tides() => new()
    {
        Dataset = new string('d', 64),
        RowCount = 10,
        Columns =
        [
            Column("at", FittedColumn.Timestamp, new CyclicalTransform { Part = "hour_of_day", Period = 24 }),
            Column("level", "integer", new OneHotTransform { Names = [] }),
        ],
    };

    private static FittedColumn Column(string name, string type, ColumnTransform step) => new() { Name = name, Type = type, Steps = [step] };
}
