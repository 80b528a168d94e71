using System.Diagnostics.Metrics;
using Skipper.Services.Serving.Drift;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Drift;

/// <summary>From predictions to alarms, whichever database the workers share.</summary>
public abstract partial class DriftContract : IAsyncLifetime
{
    private readonly FakeTrainingService _training = new();
    private readonly FakeEventBus _events = new();
    private readonly ManualTime _time = new();
    private TestStorage _storage = null!;
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync()
    {
        _storage = await CreateStorageAsync();
        _host = new ServingHost(_storage, _training);
        var random = new Random(7);
        var rows = Enumerable.Range(0, 2000).Select(_ => Row(random, 0)).ToArray();
        var model = await Samples.StoreAsync(_host.Artifacts, "housing", 1, Token);
        model = model with
        {
            Evidence = new ModelEvidence
            {
                RowCount = rows.Length,
                Inputs =
                [
                    TrainingPart.Describe("rm", rows.Select(row => row.Rm)),
                    TrainingPart.Describe("rad", rows.Select(row => (double)row.Rad)),
                ],
                Predictions =
                [
                    TrainingPart.Describe("price", rows.Select(row => 100 + (3 * (row.Rm - 6) / 2) + (2 * (row.Rad - 10) / 5.0))),
                    TrainingPart.Describe("ptratio", rows.Select(row => 20 - ((row.Rm - 6) / 2))),
                ],
            },
        };
        _training.Register(model);
        await _host.Intake.TryPublishAsync(model with { Evidence = null }, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
        {
            await _host.DisposeAsync();
            await _storage.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Workers_add_up_and_a_shift_is_announced_once_by_one_of_them()
    {
        var (one, other) = (Worker(), Worker());
        await PredictAsync(500, seed: 1, shift: 0);
        await WriteAsync(one);
        Assert.Equal(("too_few_rows", 500L), await VerdictAsync());

        await PredictAsync(700, seed: 2, shift: 0);
        await WriteAsync(other);
        Assert.Equal(("none", 1200L), await VerdictAsync());
        Assert.Empty(_events.Published);

        await PredictAsync(3000, seed: 3, shift: 4);
        await WriteAsync(one);
        await PredictAsync(1000, seed: 4, shift: 4);
        await WriteAsync(other);

        Assert.Equal(("drift", 5200L), await VerdictAsync());
        var drift = Assert.IsType<DriftDetected>(Assert.Single(_events.Published));
        Assert.Equal(("housing", 1, "housing", 1), (drift.Dataset, drift.Version, drift.Model, drift.ModelVersion));
        Assert.Equal(["price", "ptratio", "rm"], Assert.Single(drift.Drift).Columns.Select(column => column.Column).Order());
    }

    [Fact]
    public async Task The_index_of_each_column_is_a_metric()
    {
        var found = new Dictionary<string, double>();
        var model = $"metered_{Guid.NewGuid():N}";
        var name = $"model={model} version=1 ";
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Name == "skipper.drift.psi")
            {
                me.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            var text = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            lock (found)
            {
                found[text] = value;
            }
        });
        listener.Start();
        _training.Register(await RenamedAsync(model));
        await PredictAsync(1000, seed: 1, shift: 4, model);
        var worker = Worker();
        await WriteAsync(worker);

        listener.RecordObservableInstruments();

        Assert.InRange(found[$"{name}column=rm"], 0.5, 20);
        Assert.InRange(found[$"{name}column=rad"], 0, 0.1);
        Assert.Equal(4, found.Keys.Count(key => key.StartsWith(name, StringComparison.Ordinal)));

        found.Clear();
        _time.Advance(TimeSpan.FromHours(1));
        await WriteAsync(worker);
        listener.RecordObservableInstruments();
        Assert.DoesNotContain(found.Keys, key => key.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_it_came_back_a_column_may_drift_again()
    {
        var worker = Worker();
        await PredictAsync(2000, seed: 1, shift: 4);
        await WriteAsync(worker);
        _time.Advance(TimeSpan.FromHours(25));
        await PredictAsync(2000, seed: 2, shift: 0);
        await WriteAsync(worker);
        Assert.Equal(("none", 2000L), await VerdictAsync());
        Assert.Equal(("drift", 4000L), await VerdictAsync(hours: 48));
        Assert.Single(_events.Published);

        _time.Advance(TimeSpan.FromHours(25));
        await PredictAsync(2000, seed: 3, shift: 4);
        await WriteAsync(worker);
        Assert.Equal(2, _events.Published.Count);
    }

    [Fact]
    public async Task An_alarm_that_could_not_be_announced_is_announced_a_minute_later()
    {
        var (one, other) = (Worker(), Worker());
        await PredictAsync(2000, seed: 1, shift: 4);
        _events.IsAway = true;
        await Assert.ThrowsAsync<TimeoutException>(() => WriteAsync(one));
        _events.IsAway = false;

        await PredictAsync(1, seed: 2, shift: 4);
        await WriteAsync(other);
        Assert.Empty(_events.Published);

        _time.Advance(TimeSpan.FromMinutes(1));
        await PredictAsync(1, seed: 3, shift: 4);
        await WriteAsync(other);
        Assert.Equal(3, Assert.Single(Assert.IsType<DriftDetected>(Assert.Single(_events.Published)).Drift).Columns.Count);
    }

    [Fact]
    public async Task Rows_wait_until_the_registry_answers_and_writing_twice_counts_once()
    {
        var worker = Worker();
        _training.IsAway = true;
        await PredictAsync(1000, seed: 1, shift: 0);
        await WriteAsync(worker);
        _training.IsAway = false;
        _time.Advance(TimeSpan.FromSeconds(5));

        await WriteAsync(worker);
        await PredictAsync(1, seed: 2, shift: 0);
        await WriteAsync(worker);
        await WriteAsync(worker);

        Assert.Equal(("none", 1001L), await VerdictAsync());
    }

    [Fact]
    public async Task Refused_rows_are_not_counted_and_bad_questions_say_what_is_expected()
    {
        var worker = Worker();
        await Assert.ThrowsAsync<MeshException>(() => SendAsync([.. Enumerable.Repeat("[6,10]", 10), "[6]"]));
        await WriteAsync(worker);
        Assert.Equal(("too_few_rows", 0L), await VerdictAsync());

        var error = await Assert.ThrowsAsync<MeshException>(() => VerdictAsync(hours: 0.5));
        Assert.Equal((ErrorCode.InvalidArgument, "hours must be between 1 and 840, was 0.5."), (error.Code, error.Message));
        var unknown = await _host.RegisterAsync("elsewhere", 1, Token);
        await _host.Intake.TryPublishAsync(unknown, Token);
        error = await Assert.ThrowsAsync<MeshException>(() => Ask("elsewhere"));
        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
        Assert.Contains("nothing to compare with", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_are_deleted_when_they_are_old()
    {
        var worker = Worker();
        await PredictAsync(1000, seed: 1, shift: 0);
        await WriteAsync(worker);
        var store = _host.Get<DriftStore>();
        Assert.Single(await store.ReadAsync(new ModelReference("housing", 1), 0, Token));

        _time.Advance(TimeSpan.FromDays(36));
        await WriteAsync(worker);
        Assert.Empty(await store.ReadAsync(new ModelReference("housing", 1), 0, Token));
    }
}
