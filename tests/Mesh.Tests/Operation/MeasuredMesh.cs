using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skipper.Standalone;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Operation;

/// <summary>A mesh that has trained and predicted, and what it measured meanwhile under the names that Prometheus has for it.</summary>
public sealed class MeasuredMesh : IAsyncLifetime
{
    // What is exported: see TelemetryExport.
    private static readonly string[] Meters = ["Skipper.", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly MeterListener _listener = new();
    private WebApplication? _app;

    /// <summary>The labels of each metric that were seen; none where nothing was measured.</summary>
    internal ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> Metrics { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Any(meter => instrument.Meter.Name.StartsWith(meter, StringComparison.Ordinal)))
            {
                foreach (var name in NamesOf(instrument))
                {
                    Metrics.TryAdd(name, new ConcurrentDictionary<string, bool>());
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Remember(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Remember(instrument, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Remember(instrument, tags));
        _listener.Start();

        _app = StandaloneMesh.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(_storage.Settings);
            builder.Configuration.AddInMemoryCollection([new("Skipper:Serving:Predictions:LoggedShare", "1")]);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await _app.StartAsync();
        using var client = new MeshClient(new Uri(_app.Urls.First()));
        await MainJob.TrainAndPredictAsync(client);
        // A counter is there when it first counts, and the log is written behind the answers.
        await Eventually.TrueAsync(() => Metrics.ContainsKey("skipper_predictions_logged"), "a prediction is logged", CancellationToken.None);
        _listener.RecordObservableInstruments();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    private static string[] NamesOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var type = instrument.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Histogram<>)
            ? [$"{name}_bucket", $"{name}_count", $"{name}_sum"]
            : [name];
    }

    private void Remember(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var name in NamesOf(instrument))
        {
            foreach (var tag in tags)
            {
                Metrics[name].TryAdd(tag.Key.Replace('.', '_'), true);
            }
        }
    }
}
