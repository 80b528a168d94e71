using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Lanes;

/// <summary>
/// Takes batches through the engine. Where it fails, the batch is halved until the rows, or the calls that want no answer for each row,
/// are found that it fails on; all others get their predictions.
/// </summary>
internal sealed partial class BatchRunner(ITrainedModel model, ILogger logger)
{
    /// <summary>Scores a batch; what fails is told to its calls.</summary>
    /// <returns>Whether the engine answered all rows at once.</returns>
    public bool Run(IReadOnlyList<BatchPart> parts)
    {
        try
        {
            Scatter(Predict(parts), parts);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever an engine throws, it is about some rows of the batch, and the others must not suffer from it.
            Divide(parts, exception);
            return false;
        }
    }

    private void Divide(IReadOnlyList<BatchPart> parts, Exception exception)
    {
        var alive = parts.Where(part => !part.Call.IsOver).ToArray();
        if (exception is MeshException { Retryable: true })
        {
            // The engine is away, which no row is guilty of: the halves would meet the same.
            Array.ForEach(alive, part => part.Call.Fail(exception));
        }
        else if (alive.Length > 1)
        {
            var half = alive.Length / 2;
            Run(alive[..half]);
            Run(alive[half..]);
        }
        else if (alive is [{ Call.EachAlone: true, Count: > 1 } part])
        {
            var half = part.Count / 2;
            Run([part with { Count = half }]);
            Run([part with { First = part.First + half, Count = part.Count - half }]);
        }
        else if (alive is [var guilty])
        {
            Blame(guilty, exception);
        }
    }

    private void Blame(BatchPart part, Exception exception)
    {
        if (!part.Call.EachAlone)
        {
            part.Call.Fail(exception);
            return;
        }

        var row = part.Call.RowAt(part.First);
        LogRowFailed(exception, row);
        part.Call.Refuse(part.First, exception as MeshException ?? new MeshException(
            ErrorCode.Internal, $"Row {row}: the model failed on it with {exception.GetType().Name}; the worker's log has the details.", exception));
    }

    private Matrix Predict(IReadOnlyList<BatchPart> parts)
    {
        var features = Gather(parts);
        var predicted = model.Predict(features);
        if (predicted.Rows != features.Rows || predicted.Columns != model.OutputCount
            || predicted.Values.Length != predicted.Rows * predicted.Columns)
        {
            throw new InvalidDataException(
                $"The engine was given {features.Rows} rows and answered {predicted.Rows} rows of {predicted.Columns} values "
                + $"instead of {model.OutputCount}: whose they are cannot be known.");
        }

        return predicted;
    }

    private static Matrix Gather(IReadOnlyList<BatchPart> parts)
    {
        if (parts is [var only] && only.Count == only.Call.Rows.Count)
        {
            return only.Call.Rows.Features;
        }

        var (rows, columns) = (parts.Sum(part => part.Count), parts[0].Call.Rows.Features.Columns);
        var values = new double[rows * columns];
        var next = 0;
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Count; i++, next += columns)
            {
                part.Call.Rows.Row(part.Call.RowAt(part.First + i)).CopyTo(values.AsSpan(next));
            }
        }

        return new Matrix(rows, columns, values);
    }

    private static void Scatter(Matrix predicted, IReadOnlyList<BatchPart> parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            part.Call.Accept(predicted, from, part.First, part.Count);
            from += part.Count;
        }
    }

    [LoggerMessage(LogLevel.Error, "The model failed on row {Row} of a request; the others were answered")]
    private partial void LogRowFailed(Exception exception, int row);
}
