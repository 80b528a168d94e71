using System.Globalization;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Declarations;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features;

/// <summary>Reads what is asked for of time windows.</summary>
internal static class WindowReader
{
    private const int MostPanes = 10_000;

    private static readonly Dictionary<string, WindowFunction> Functions = new()
    {
        ["rows"] = WindowFunction.Rows,
        ["count"] = WindowFunction.Count,
        ["sum"] = WindowFunction.Sum,
        ["mean"] = WindowFunction.Mean,
        ["min"] = WindowFunction.Min,
        ["max"] = WindowFunction.Max,
        ["std"] = WindowFunction.Std,
        ["quantile"] = WindowFunction.Quantile,
        ["circular_mean"] = WindowFunction.CircularMean,
        ["steadiness"] = WindowFunction.Steadiness,
    };

    /// <exception cref="MeshException">Says what was expected and what was found.</exception>
    public static WindowAggregation Read(TableSchema schema, IReadOnlyList<int> key, FeatureWindow window)
    {
        if (window.Columns.Count == 0)
        {
            throw MeshException.InvalidArgument("aggregate needs columns: at least one function to compute.");
        }

        return new WindowAggregation(
            schema, key, ReadGrid(window), [.. window.Columns.Select(column => ReadColumn(schema, column))]);
    }

    /// <summary>A duration in microseconds.</summary>
    public static long ReadDuration(string name, string text, bool mayBeZero = false) =>
        Durations.TryParse(text, out var duration) && (mayBeZero ? duration >= TimeSpan.Zero : duration > TimeSpan.Zero)
            ? duration.Ticks / TimeSpan.TicksPerMicrosecond
            : throw MeshException.InvalidArgument(
                $"{name} must be {Durations.Expected}{(mayBeZero ? "" : ", more than 0")}, found '{text}'.");

    private static WindowGrid ReadGrid(FeatureWindow window)
    {
        var size = ReadDuration("size", window.Size);
        var every = window.Every is { } text ? ReadDuration("every", text) : size;
        if (size % every != 0 || size / every > MostPanes)
        {
            throw MeshException.InvalidArgument(
                $"every ({window.Every}) must divide size ({window.Size}) into at most {MostPanes} parts.");
        }

        return new WindowGrid(size, every, window.Offset is { } offset ? ReadDuration("offset", offset, mayBeZero: true) : 0);
    }

    private static WindowColumn ReadColumn(TableSchema schema, FeatureAggregate wanted)
    {
        if (!Functions.TryGetValue(wanted.Function, out var function))
        {
            throw MeshException.InvalidArgument(
                $"A function is one of {string.Join(", ", Functions.Keys)}, found '{wanted.Function}'.");
        }

        if (function is WindowFunction.Rows)
        {
            return new WindowColumn(wanted.As ?? wanted.Function, function);
        }

        var column = schema.RequireNumber(
            wanted.Column ?? throw MeshException.InvalidArgument($"{wanted.Function} needs a column."), "aggregated");
        var share = wanted.Quantile ?? 0;
        if ((function is WindowFunction.Quantile) != wanted.Quantile.HasValue || !(share is >= 0 and <= 1))
        {
            throw MeshException.InvalidArgument(
                "quantile, from 0 to 1, belongs to the function quantile and to no other; "
                + string.Create(CultureInfo.InvariantCulture, $"found {wanted.Function} with {wanted.Quantile}."));
        }

        if (wanted.Weight is not null && function is not (WindowFunction.CircularMean or WindowFunction.Steadiness))
        {
            throw MeshException.InvalidArgument($"weight belongs to circular_mean and steadiness, found it with {wanted.Function}.");
        }

        var weight = wanted.Weight is { } name ? schema.RequireNumber(name, "a weight") : -1;
        var suffix = function is WindowFunction.Quantile
            ? string.Create(CultureInfo.InvariantCulture, $"p{share * 100:0.###}")
            : wanted.Function;
        return new WindowColumn(
            wanted.As?.Trim().ToLowerInvariant() ?? $"{schema.Columns[column].Name}_{suffix}", function, column, weight, share);
    }
}
