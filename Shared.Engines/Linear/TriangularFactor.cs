namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// The upper triangle R of a QR decomposition by Householder reflections, of rows that come one after the other and are
/// not kept: memory grows with columns², not with rows.
/// </summary>
internal sealed class TriangularFactor(int columns)
{
    private const int BlockRows = 256;

    private readonly double[] _triangle = new double[columns * columns];

    // Column after column, so that reflections run along memory.
    private readonly double[] _block = new double[BlockRows * columns];
    private int _filled;

    /// <summary>One value of R; after <see cref="Complete"/>.</summary>
    public double this[int row, int column] => _triangle[(row * columns) + column];

    /// <summary>Adds a row times a factor.</summary>
    public void Add(ReadOnlySpan<double> row, double factor)
    {
        for (var column = 0; column < columns; column++)
        {
            _block[(column * BlockRows) + _filled] = row[column] * factor;
        }

        if (++_filled == BlockRows)
        {
            Complete();
        }
    }

    /// <summary>Works in what was added; more rows may follow.</summary>
    public void Complete()
    {
        for (var pivot = 0; pivot < columns; pivot++)
        {
            Reflect(pivot);
        }

        _filled = 0;
    }

    // Makes the block's column 0 by a reflection that, of R, touches one row only.
    private void Reflect(int pivot)
    {
        var reflector = Block(pivot);
        var below = Dense.Dot(reflector, reflector);
        if (below == 0)
        {
            return;
        }

        ref var diagonal = ref _triangle[(pivot * columns) + pivot];
        var length = Math.CopySign(Math.Sqrt((diagonal * diagonal) + below), -diagonal);
        var first = diagonal - length;
        for (var column = pivot + 1; column < columns; column++)
        {
            ref var above = ref _triangle[(pivot * columns) + column];
            var factor = ((first * above) + Dense.Dot(reflector, Block(column))) / (first * length);
            above += factor * first;
            Dense.AddScaled(Block(column), factor, reflector);
        }

        diagonal = length;
        reflector.Clear();
    }

    private Span<double> Block(int column) => _block.AsSpan(column * BlockRows, _filled);
}
