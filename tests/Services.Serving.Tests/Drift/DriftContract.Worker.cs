using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skipper.Services.Serving.Drift;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Tests.Drift;

public abstract partial class DriftContract
{
    private static (double Rm, int Rad) Row(Random random, double shift) =>
        (6 + shift + (2 * TrainingPart.Normal(random)), random.Next(1, 25));

    /// <summary>One of several workers: they share what is predicted here, and whoever looks first counts it.</summary>
    private DriftCollector Worker()
    {
        var services = _host.Get<IServiceProvider>();
        var alarms = ActivatorUtilities.CreateInstance<DriftAlarms>(services, Meter(), _events, _time);
        return ActivatorUtilities.CreateInstance<DriftCollector>(services, alarms, _time);
    }

    private DriftMeter Meter() => ActivatorUtilities.CreateInstance<DriftMeter>(_host.Get<IServiceProvider>(), (TimeProvider)_time);

    private async Task<ModelVersion> RenamedAsync(string name) =>
        (await _training.CallAsync(new FindModel { Data = new ModelName { Name = "housing" } }, default, Token)) with { Name = name };

    private async Task PredictAsync(int rows, int seed, double shift, string model = "housing")
    {
        var random = new Random(seed);
        await SendAsync([.. Enumerable.Range(0, rows).Select(_ => Row(random, shift))
            .Select(row => FormattableString.Invariant($"[{row.Rm:R},{row.Rad}]"))], model);
    }

    private Task<PredictionBatch> SendAsync(string[] rows, string model = "housing") => _host.Bundles.HandleAsync(
        new PredictRows { Data = new PredictionRows { Model = model, Rows = [.. rows.Select(row => JsonElement.Parse(row))] } },
        Samples.Context,
        Token);

    private async Task<(string, long)> VerdictAsync(double? hours = null)
    {
        var measured = await Ask("housing", hours);
        return (measured.Verdict, measured.RowCount);
    }

    private Task<ModelDrift> Ask(string model, double? hours = null) =>
        ActivatorUtilities.CreateInstance<MeasureDriftHandler>(_host.Get<IServiceProvider>(), Meter()).HandleAsync(
            new MeasureDrift { Data = new DriftQuestion { Model = model, Hours = hours } }, Samples.Context, Token);

    private static async Task WriteAsync(DriftCollector worker)
    {
        await worker.CollectAsync(Token);
        await worker.FlushAsync(Token);
    }
}
