using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Drift;

/// <summary>Rows that wait to be counted, row after row; so many at most that memory and time are bounded.</summary>
internal sealed class DriftRows
{
    // 2 MB; between two countings that is 18,000 rows of 14 numbers.
    private const int MostValues = 1 << 18;

    public double[] Features { get; private set; } = [];

    public double[] Predictions { get; private set; } = [];

    public int Count { get; private set; }

    /// <summary>Rows for which there was no room.</summary>
    public long Skipped { get; private set; }

    public bool IsEmpty => Count == 0 && Skipped == 0;

    /// <summary>Takes the rows that were predicted, as many as there is room for.</summary>
    public void Add(RowBatch batch)
    {
        var (features, predictions) = (batch.Features, batch.Predictions!);
        var room = (MostValues / Math.Max(1, features.Columns + predictions.Columns)) - Count;
        var wanted = batch.Count - batch.Refused;
        var taken = Math.Min(wanted, room);
        Skipped += wanted - taken;
        Grow(Count + taken, features.Columns, predictions.Columns);
        if (batch.Refused == 0)
        {
            Take(features.Values.AsSpan(0, taken * features.Columns), predictions.Values.AsSpan(0, taken * predictions.Columns), taken);
            return;
        }

        for (var row = 0; row < batch.Count && taken > 0; row++)
        {
            if (batch.Error(row) is null)
            {
                Take(features.Row(row), predictions.Row(row), 1);
                taken--;
            }
        }
    }

    public void Clear() => (Count, Skipped) = (0, 0);

    /// <summary>The same, and gives the memory back.</summary>
    public void Free()
    {
        Clear();
        (Features, Predictions) = ([], []);
    }

    private void Take(ReadOnlySpan<double> features, ReadOnlySpan<double> predictions, int rows)
    {
        if (rows > 0)
        {
            features.CopyTo(Features.AsSpan(Count * (features.Length / rows)));
            predictions.CopyTo(Predictions.AsSpan(Count * (predictions.Length / rows)));
            Count += rows;
        }
    }

    private void Grow(int rows, int features, int predictions)
    {
        if (rows * features > Features.Length || rows * predictions > Predictions.Length)
        {
            var capacity = Math.Max(64, (int)Math.Min((long)rows * 2, MostValues / Math.Max(1, features + predictions)));
            Features = Resized(Features, capacity * features);
            Predictions = Resized(Predictions, capacity * predictions);
        }
    }

    private static double[] Resized(double[] values, int length)
    {
        Array.Resize(ref values, length);
        return values;
    }
}
