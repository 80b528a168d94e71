using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Skipper.Shared.Storage.Databases;

/// <summary>
/// Spans and durations of reads and writes: source and meter <c>Skipper.Storage</c>, named as OpenTelemetry's conventions for database
/// clients say.
/// </summary>
internal static class DatabaseTelemetry
{
    public const string Name = "Skipper.Storage";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "db.client.operation.duration", "s", "Duration of reads and writes, the wait for a connection included.");

    /// <summary>Does something with the database, seen by whoever listens.</summary>
    public static Task<T> MeasureAsync<T>(string operation, string schema, Dialect dialect, Func<Task<T>> work) =>
        Source.HasListeners() || Duration.Enabled ? ObserveAsync(operation, schema, dialect, work) : work();

    private static async Task<T> ObserveAsync<T>(string operation, string schema, Dialect dialect, Func<Task<T>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var system = dialect is Dialect.PostgreSql ? "postgresql" : "sqlite";
        using var activity = Source.StartActivity($"{operation} {schema}", ActivityKind.Client);
        activity?.SetTag("db.system.name", system);
        activity?.SetTag("db.namespace", schema);
        activity?.SetTag("db.operation.name", operation);
        var tags = new TagList { { "db.system.name", system }, { "db.namespace", schema }, { "db.operation.name", operation } };
        try
        {
            return await work();
        }
        catch (DbException exception)
        {
            tags.Add("error.type", exception.SqlState ?? exception.GetType().Name);
            activity?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }
}
