using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Skipper.Mesh.Tests.Embedded;

namespace Skipper.Mesh.Tests.Operation;

/// <summary>A mesh that has trained and predicted, and what it measured meanwhile under the names that Prometheus has for it.</summary>
public sealed class MeasuredMesh : IAsyncLifetime
{
    // What is exported: see TelemetryExport.
    private static readonly string[] Meters = ["Skipper.", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    private readonly EmbeddedMesh _mesh = new();
    private readonly MeterListener _listener = new();

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

        await _mesh.InitializeAsync();
        await MainJob.TrainAndPredictAsync(_mesh.Client);
        _listener.RecordObservableInstruments();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return _mesh.DisposeAsync();
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
