using Skipper.Services.Serving.Models;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Rows as they came, in whatever form; read once it is known which model is asked.</summary>
internal abstract class RowSource
{
    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Reads and checks every row; what does not fit the model is refused, row by row.</summary>
    public abstract void Read(ServedModel model, RowBatch batch);
}
