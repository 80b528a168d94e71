using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Predictions;

/// <summary>
/// The rows of one call on their way from request to prediction. A row that is refused takes no further part; the others go on where the
/// call wants an answer for each row alone, otherwise the first refusal is the answer to the whole call.
/// </summary>
/// <param name="count">Number of rows.</param>
/// <param name="columns">Number of features.</param>
/// <param name="eachAlone">Whether a refused row leaves the others alone.</param>
internal sealed class RowBatch(int count, int columns, bool eachAlone)
{
    private MeshException?[]? _errors;
    private Matrix? _features;

    /// <summary>Whether a refused row leaves the others alone.</summary>
    public bool EachAlone => eachAlone;

    /// <summary>What goes into the engine, shape (rows, features); rows that were refused hold anything.</summary>
    public Matrix Features => _features ??= new(count, columns, new double[count * columns]);

    /// <summary>What came out, shape (rows, outputs); NaN in rows that were refused. Absent until scored.</summary>
    public Matrix? Predictions { get; set; }

    /// <summary>Number of rows, refused ones included.</summary>
    public int Count => count;

    /// <summary>Number of rows that were refused so far.</summary>
    public int Refused { get; private set; }

    /// <summary>Why a row was refused; null = it was not.</summary>
    public MeshException? Error(int row) => _errors?[row];

    /// <summary>Where the features of a row are written.</summary>
    public Span<double> Row(int row) => Features.Values.AsSpan(row * Features.Columns, Features.Columns);

    /// <exception cref="MeshException">The refusal, where it is the answer to the whole call.</exception>
    public void Refuse(int row, MeshException error)
    {
        if (!eachAlone)
        {
            throw error;
        }

        _errors ??= new MeshException?[Count];
        Refused += _errors[row] is null ? 1 : 0;
        _errors[row] = error;
    }
}
