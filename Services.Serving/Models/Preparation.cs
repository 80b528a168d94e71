using System.Text.Json;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// Turns rows of raw columns, such as texts and times, into the features of a model, by the transform that was fitted when it was
/// trained. What is refused names the raw column. Safe to use from many threads.
/// </summary>
internal sealed class Preparation
{
    private readonly FittedTransform _transform;
    private readonly Dictionary<string, int> _positions = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool[] _required;
    private readonly HashSet<string> _targets;
    private readonly int _widest;

    /// <exception cref="InvalidDataException">Transform and manifest do not belong together.</exception>
    public Preparation(ModelVersion manifest, FittedTransform transform)
    {
        if (!transform.Outputs.SequenceEqual(manifest.Features.Select(feature => feature.Name), StringComparer.Ordinal))
        {
            throw new InvalidDataException(
                $"The fitted transform {manifest.Preprocessing} gives {string.Join(", ", transform.Outputs)}; "
                + $"the model takes {string.Join(", ", manifest.Features.Select(feature => feature.Name))}.");
        }

        _transform = transform;
        _targets = new HashSet<string>(manifest.Targets, StringComparer.OrdinalIgnoreCase);
        _widest = transform.Columns.Max(column => Math.Max(1, column.Width));
        var inputs = manifest.Signature?.Inputs.ToDictionary(input => input.Name, StringComparer.OrdinalIgnoreCase) ?? [];
        _required = [.. Inputs.Select(name =>
            manifest.Signature is not { Missing: "allow" } || inputs.GetValueOrDefault(name)?.Required != false)];
        for (var position = 0; position < transform.Columns.Count; position++)
        {
            _positions.TryAdd(transform.Columns[position].Name, position);
        }
    }

    /// <summary>The names of the raw columns, in the order of a row that is an array.</summary>
    public IReadOnlyList<string> Inputs => [.. _transform.Columns.Select(column => column.Name)];

    /// <summary>For each feature the raw column that it comes of.</summary>
    public IReadOnlyList<string> Origins => [.. _transform.Columns.SelectMany(column => Enumerable.Repeat(column.Name, column.Width))];

    /// <summary>The raw columns, in the same order.</summary>
    public IReadOnlyList<FittedColumn> Columns => _transform.Columns;

    /// <summary>The position of a raw column; null where the model has no such column.</summary>
    public int? Find(string column) => _positions.TryGetValue(column, out var position) ? position : null;

    /// <summary>Whether a row without this value is refused.</summary>
    public bool IsRequired(int position) => _required[position];

    /// <summary>Reads an object with one member per raw column, or, where allowed, an array in their order.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">Its number in a bundle, named in errors; null for a single row.</param>
    /// <param name="allowArray">Whether it may be an array.</param>
    /// <param name="features">Where the features go.</param>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(JsonElement row, int? number, bool allowArray, Span<double> features)
    {
        var cells = new CellValue[_transform.Columns.Count];
        Array.Fill(cells, CellValue.Missing);
        if (row.ValueKind is JsonValueKind.Object)
        {
            ReadObject(row, number, cells);
        }
        else if (row.ValueKind is JsonValueKind.Array && allowArray)
        {
            if (row.GetArrayLength() != cells.Length)
            {
                throw Refused(number, null, $"Expected {cells.Length} values ({Names}), found {row.GetArrayLength()}");
            }

            for (var position = 0; position < cells.Length; position++)
            {
                cells[position] = ReadCell(position, row[position], number);
            }
        }
        else
        {
            throw Refused(number, null, $"Expected an object with one member per column: {Names}");
        }

        Read(cells, number, features);
    }

    /// <summary>Turns values in the order of <see cref="Inputs"/> into features; times are texts or microseconds since 1970-01-01 UTC.</summary>
    /// <exception cref="MeshException">Names row and column, what was expected and what was found.</exception>
    public void Read(ReadOnlySpan<CellValue> row, int? number, Span<double> features)
    {
        var results = new CellValue[_widest];
        var next = 0;
        for (var position = 0; position < row.Length; position++)
        {
            var column = _transform.Columns[position];
            var cell = column.WithTime(row[position]);
            RequireKind(position, cell, number);
            try
            {
                column.Apply(cell, results.AsSpan(0, Math.Max(1, column.Width)));
            }
            catch (MeshException refused)
            {
                throw Refused(number, column.Name, refused.Message);
            }

            for (var i = 0; i < column.Width; i++)
            {
                features[next++] = results[i].Number;
            }
        }
    }

    private void ReadObject(JsonElement row, int? number, CellValue[] cells)
    {
        var seen = new bool[cells.Length];
        foreach (var member in row.EnumerateObject())
        {
            if (_positions.TryGetValue(member.Name, out var position))
            {
                if (seen[position])
                {
                    throw Refused(number, Inputs[position], $"Column '{Inputs[position]}' is there twice");
                }

                seen[position] = true;
                cells[position] = ReadCell(position, member.Value, number);
            }
            else if (!_targets.Contains(member.Name))
            {
                var name = member.Name.Length <= 80 ? member.Name : $"{member.Name[..80]}...";
                throw Refused(
                    number, name, $"Column '{name}' is not known to this model; did you mean '{NearestName.Find(member.Name, Inputs)}'?");
            }
        }
    }

    private CellValue ReadCell(int position, JsonElement value, int? number)
    {
        var column = _transform.Columns[position];
        return column.TryRead(value) is { } cell ? cell : throw Refused(
            number, column.Name, $"Column '{column.Name}' must be {Expected(column)}, found {Shorten(value.GetRawText())}");
    }

    private void RequireKind(int position, CellValue cell, int? number)
    {
        var column = _transform.Columns[position];
        if (cell.IsMissing)
        {
            if (_required[position])
            {
                throw Refused(number, column.Name, $"Column '{column.Name}' is missing; expected columns: {Names}");
            }
        }
        else if (cell.Text is null == column.Type is FittedColumn.Text
            || (column.Type == "integer" && cell.Number != Math.Truncate(cell.Number)))
        {
            throw Refused(number, column.Name, $"Column '{column.Name}' must be {Expected(column)}, found {Shorten(Show(cell))}");
        }
    }

    private string Names => string.Join(", ", Inputs);

    private static string Show(CellValue cell) =>
        cell.Text is { } text ? $"\"{text}\"" : FormattableString.Invariant($"{cell.Number:R}");

    private static string Expected(FittedColumn column) => column.Type switch
    {
        FittedColumn.Text => "a text",
        FittedColumn.Timestamp => "a time such as \"2026-01-02T03:04:05Z\"",
        "integer" => "a whole number",
        _ => "a finite number",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    private static MeshException Refused(int? row, string? column, string problem)
    {
        var what = problem.EndsWith('?') || problem.EndsWith('.') ? problem : $"{problem}.";
        return new MeshException(ErrorCode.InvalidArgument, row is null ? what : $"Row {row}: {what}")
        {
            Details = JsonSerializer.SerializeToElement(new { row, column }, MessageJson.Options),
        };
    }
}
