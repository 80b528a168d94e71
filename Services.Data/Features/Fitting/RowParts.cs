using System.Globalization;
using Skipper.Services.Data.Splits;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>The part a row belongs to.</summary>
internal enum RowPart : byte
{
    Dropped,
    Train,
    Test,
    Validation,
}

/// <summary>
/// Which part each row of a dataset is in: by a seeded shuffle, the same that <see cref="DatasetSplitter"/> does, or by time. Rows
/// that lack a target, or the time, are in none.
/// </summary>
internal sealed class RowParts
{
    private const int DefaultSeed = 1;

    private readonly IReadOnlyList<int> _targets;
    private readonly TransformSplit _split;
    private readonly int _time = -1;
    private readonly List<RowPart> _parts = [];

    public RowParts(TableSchema schema, IReadOnlyList<int> targets, TransformSplit? split)
    {
        _targets = targets;
        _split = split ?? new TransformSplit();
        if (_split.Time is not { } time)
        {
            return;
        }

        _time = schema.RequireTime(time, "the time of a split");
        if (_split.Fraction is not null || _split.Seed is not null || _split.ValidationFrom is null || _split.TestFrom is null
            || _split.ValidationFrom > _split.TestFrom)
        {
            throw MeshException.InvalidArgument(
                "A split by time needs validation_from and test_from, not before it, and neither fraction nor seed.");
        }
    }

    public RowPart this[long row] => _parts[(int)row];

    public int CountOf(RowPart part) => _parts.Count(candidate => candidate == part);

    /// <summary>Looks at every row once, in order.</summary>
    public void Add(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            _parts.Add(_targets.Any(target => batch.IsMissing(target, row)) ? RowPart.Dropped
                : _time < 0 ? RowPart.Train
                : PartOf(RowColumns.TimeOf(batch, _time, row)));
        }
    }

    /// <summary>All rows were looked at.</summary>
    /// <exception cref="MeshException">A part has too few rows.</exception>
    public void Finish()
    {
        if (_time < 0)
        {
            Shuffle();
        }

        if (CountOf(RowPart.Train) < 2 || CountOf(RowPart.Test) < 1 || CountOf(RowPart.Validation) < 1)
        {
            throw MeshException.InvalidArgument(
                $"The split gives {CountOf(RowPart.Train)} rows for training, {CountOf(RowPart.Test)} for test and "
                + $"{CountOf(RowPart.Validation)} for validation; at least 2, 1 and 1 are needed. Choose other bounds.");
        }
    }

    private RowPart PartOf(long time) => time == RowBatch.NoTime ? RowPart.Dropped
        : time >= Microseconds(_split.TestFrom!.Value) ? RowPart.Test
        : time >= Microseconds(_split.ValidationFrom!.Value) ? RowPart.Validation
        : RowPart.Train;

    private static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private void Shuffle()
    {
        var fraction = _split.Fraction ?? SplitFraction.Default.Value;
        if (!(fraction is > 0 and < 1))
        {
            throw MeshException.InvalidArgument(string.Create(
                CultureInfo.InvariantCulture, $"fraction must be more than 0 and less than 1, found {fraction}."));
        }

        var rows = Enumerable.Range(0, _parts.Count).Where(row => _parts[row] is RowPart.Train).ToArray();
        var counts = new SplitFraction(fraction).Divide(rows.Length);
        new SplitMix64(unchecked((ulong)(_split.Seed ?? DefaultSeed))).Shuffle(rows);
        foreach (var row in rows.AsSpan(0, counts.Test))
        {
            _parts[row] = RowPart.Test;
        }

        foreach (var row in rows.AsSpan(counts.Test, counts.Validation))
        {
            _parts[row] = RowPart.Validation;
        }
    }
}
