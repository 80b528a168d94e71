using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>
/// Rows that came as tensors: one for each feature, of shape (rows) or (rows, 1) and under its name, or one of shape (rows, features) in
/// the model's feature order, under any other name.
/// </summary>
internal sealed class TensorRows : RowSource
{
    /// <summary>So many rows would take memory out of proportion to the request where it leaves most features out.</summary>
    private const int MaxRows = 1 << 18;

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

        if (first.Shape[0] > MaxRows)
        {
            throw first.Refused($"has {first.Shape[0]} rows; a request may have {MaxRows}, send the others in another one");
        }
    }

    public override int Count => _inputs[0].Header.Shape[0];

    public override void Read(ServedModel model, RowBatch batch)
    {
        // Before anything is scored for an answer that cannot be given.
        _ = WantedOutput.Of(_request, model.Outputs);
        var columns = Columns(model.Signature);
        var cells = new CellValue[columns.Length];
        for (var row = 0; row < Count; row++)
        {
            for (var position = 0; position < cells.Length; position++)
            {
                cells[position] = columns[position].Cell(row);
            }

            try
            {
                new RowReader(model.Signature, row).Read(cells, batch.Row(row));
            }
            catch (MeshException refused)
            {
                batch.Refuse(row, refused);
            }
        }
    }

    /// <summary>Where the values of each feature are.</summary>
    private Column[] Columns(Signature signature)
    {
        var count = signature.Features.Count;
        if (_inputs is [var only] && signature.Find(only.Header.Name) is null)
        {
            var width = only.Header.Shape is [_, var second] ? second : 1;
            return width == count && only.Header.Shape.Count <= 2
                ? [.. Enumerable.Range(0, count).Select(position => new Column(only, position, count))]
                : throw only.Header.Refused(
                    $"has shape {only.Header.ShapeText}; expected [rows, {count}], one column for each of "
                    + $"{Names(signature)}, or one input for each of them, of shape [rows, 1]");
        }

        var columns = new Column[count];
        foreach (var input in _inputs)
        {
            var header = input.Header;
            if (signature.Find(header.Name) is not { } position)
            {
                _ = signature.IsTarget(header.Name) ? 0 : throw new RowReader(signature, null).Unknown(header.Name);
                continue;
            }

            if (header.Shape is not ([_] or [_, 1]))
            {
                throw header.Refused($"has shape {header.ShapeText}; expected [rows] or [rows, 1], as it is one feature");
            }

            columns[position] = columns[position].Tensor is null ? new Column(input, 0, 1) : throw header.Refused("is there twice");
        }

        for (var position = 0; position < count; position++)
        {
            if (columns[position].Tensor is null && signature.IsRequired(position))
            {
                throw TensorHeader.Refused(
                    signature.Features[position].Name, $"is missing; expected one input for each of {Names(signature)}");
            }
        }

        return columns;
    }

    private static string Names(Signature signature) => string.Join(", ", signature.Features.Select(feature => feature.Name));

    /// <summary>The values of a feature: those of a tensor from an offset, one every few elements; no tensor = all are missing.</summary>
    private readonly record struct Column(Tensor? Tensor, int Offset, int Stride)
    {
        public CellValue Cell(int row) => Tensor is null ? CellValue.Missing : Tensor[(row * Stride) + Offset];
    }
}
