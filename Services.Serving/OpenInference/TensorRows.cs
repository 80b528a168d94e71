using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// Rows that came as tensors: one for each column, of shape (rows) or (rows, 1) and under its name, or one of shape (rows, columns) in
/// the model's order, under any other name.
/// </summary>
internal sealed class TensorRows : RowSource
{
    /// <summary>More would take memory out of proportion to the request, which leaves most columns out.</summary>
    private const long MostValues = 1 << 24;

    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly InferRequest _request;

    /// <exception cref="MeshException">They do not have the same number of rows.</exception>
    public TensorRows(InferRequest request)
    {
        var inputs = request.Inputs;
        (_request, _inputs) = (request, inputs);
        var first = inputs[0].Header;
        if (inputs.FirstOrDefault(input => input.Header.Shape[0] != first.Shape[0]) is { } other)
        {
            throw MeshException.InvalidArgument(
                $"Inputs must have the same number of rows, which is the first dimension of their shapes: '{first.Name}' has "
                + $"{first.ShapeText}, '{other.Header.Name}' has {other.Header.ShapeText}.");
        }
    }

    public override int Count => _inputs[0].Header.Shape[0];

    public override void Read(ServedModel model, RowBatch batch)
    {
        // Before anything is scored for an answer that cannot be given.
        _ = WantedOutput.Of(_request, model.Outputs);
        var names = model.Preparation?.Inputs ?? [.. model.Signature.Features.Select(feature => feature.Name)];
        if (Count * (long)names.Count > MostValues)
        {
            throw MeshException.InvalidArgument(
                $"{Count} rows of {names.Count} columns are too many for one request; send at most {MostValues / names.Count}.");
        }

        var columns = Columns(model, names);
        var cells = new CellValue[columns.Length];
        for (var row = 0; row < Count; row++)
        {
            for (var position = 0; position < cells.Length; position++)
            {
                cells[position] = columns[position].Cell(row);
            }

            try
            {
                Read(cells, row, model, batch.Row(row));
            }
            catch (MeshException refused)
            {
                batch.Refuse(row, refused);
            }
        }
    }

    private static void Read(CellValue[] cells, int row, ServedModel model, Span<double> features)
    {
        if (model.Preparation is { } preparation)
        {
            preparation.Read(cells, row, features);
        }
        else
        {
            new RowReader(model.Signature, row).Read(cells, features);
        }
    }

    /// <summary>Where the values of each column are.</summary>
    private Column[] Columns(ServedModel model, IReadOnlyList<string> names)
    {
        if (_inputs is [var only] && Find(model, only) is null)
        {
            var width = only.Header.Shape is [_, var second] ? second : 1;
            return width == names.Count && only.Header.Shape.Count <= 2
                ? [.. Enumerable.Range(0, width).Select(position => new Column(only, position, width))]
                : throw only.Header.Refused(
                    $"has shape {only.Header.ShapeText}; expected [rows, {names.Count}], one column for each of "
                    + $"{string.Join(", ", names)}, or one input for each of them, of shape [rows, 1]");
        }

        var columns = new Column[names.Count];
        foreach (var input in _inputs)
        {
            var header = input.Header;
            if (Find(model, input) is not { } position)
            {
                // As in rows, a target may be sent along.
                _ = model.Signature.IsTarget(header.Name)
                    ? 0
                    : throw header.Refused($"is not known to this model; did you mean '{NearestName.Find(header.Name, names)}'?");
                continue;
            }

            if (header.Shape is not ([_] or [_, 1]))
            {
                throw header.Refused($"has shape {header.ShapeText}; expected [rows] or [rows, 1], as it is one column");
            }

            columns[position] = columns[position].Tensor is null ? new Column(input, 0, 1) : throw header.Refused("is there twice");
        }

        for (var position = 0; position < columns.Length; position++)
        {
            if (columns[position].Tensor is null && IsRequired(model, position))
            {
                throw TensorHeader.Refused(names[position], $"is missing; expected one input for each of {string.Join(", ", names)}");
            }
        }

        return columns;
    }

    private static int? Find(ServedModel model, Tensor input) =>
        model.Preparation is { } preparation ? preparation.Find(input.Header.Name) : model.Signature.Find(input.Header.Name);

    private static bool IsRequired(ServedModel model, int position) =>
        model.Preparation?.IsRequired(position) ?? model.Signature.IsRequired(position);

    /// <summary>The values of a column: those of a tensor from an offset, one every few elements; no tensor = all are missing.</summary>
    private readonly record struct Column(Tensor? Tensor, int Offset, int Stride)
    {
        public CellValue Cell(int row) => Tensor is null ? CellValue.Missing : Tensor[(row * Stride) + Offset];
    }
}
