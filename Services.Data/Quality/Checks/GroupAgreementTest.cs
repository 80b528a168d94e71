using System.Globalization;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Quality.Checks;

/// <summary>
/// Groups of rows that must agree, as where each provider has rows of its own: rows that match, such as of one place and time, are
/// compared with the first of them. Of each group the first row that matches counts.
/// </summary>
internal sealed class GroupAgreementTest : ITableTest, IDisposable
{
    private const int MostSamples = 20;

    private readonly int _column;
    private readonly int _by;
    private readonly int[] _match;
    private readonly KeyHash _matchHash;
    private readonly KeyHash _rowHash;
    private readonly Tolerance _tolerance;
    private readonly double _mostly;
    private readonly KeyTable _first = new();
    private readonly KeyTable _groups = new();
    private readonly List<QualitySample> _sample = [];
    private long _compared;
    private long _apart;
    private double _farthest;
    private double _sum;

    /// <param name="context">The run.</param>
    /// <param name="column">What is compared.</param>
    /// <param name="by">What makes groups, such as the provider.</param>
    /// <param name="match">What rows have in common that are compared.</param>
    /// <param name="tolerance">How far they may be apart.</param>
    /// <param name="mostly">The share that must agree, 0 to 1.</param>
    public GroupAgreementTest(
        RunContext context, string column, string by, IReadOnlyList<string> match, Tolerance tolerance, double mostly)
    {
        _column = context.Schema.RequireNumbers(column);
        _by = context.Schema.Require(by);
        _match = [.. match.Select(name => context.Schema.Require(name))];
        (_matchHash, _rowHash) = (new KeyHash(_match), new KeyHash([.. _match, _by]));
        (_tolerance, _mostly, Columns) = (tolerance, mostly, [column]);
        Threshold = $"{Quality.Columns.Show(mostly * 100)} % within {tolerance} of each other, by {by}";
    }

    public IReadOnlyList<string> Columns { get; }

    public string Threshold { get; }

    public void Observe(RowBatch batch, ReadOnlySpan<bool> rejected)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (!rejected[row] && !IsIncomplete(batch, row))
            {
                Compare(batch, row);
            }
        }
    }

    public TableResult Finish()
    {
        var mean = _compared == 0 ? 0 : _sum / _compared;
        return new TableResult(
            _compared - _apart >= _mostly * _compared,
            string.Create(
                CultureInfo.InvariantCulture, $"{_apart} of {_compared} further apart, on average {mean:G4}, at most {_farthest:G4}"),
            _compared,
            _apart)
        {
            Sample = _sample,
        };
    }

    public void Dispose()
    {
        _first.Dispose();
        _groups.Dispose();
    }

    private void Compare(RowBatch batch, int row)
    {
        var (value, line) = (batch.Numbers(_column)[row], batch.Lines[row]);
        if (!_groups.TryAdd(_rowHash.Compute(batch, row), line, 0, out _)
            || _first.TryAdd(_matchHash.Compute(batch, row), line, BitConverter.DoubleToUInt64Bits(value), out var first))
        {
            return;
        }

        var other = BitConverter.UInt64BitsToDouble(first.Content);
        var distance = _tolerance.Distance(other, value);
        _compared++;
        _sum += distance;
        _farthest = Math.Max(_farthest, distance);
        if (_tolerance.Agree(other, value))
        {
            return;
        }

        _apart++;
        if (_sample.Count < MostSamples)
        {
            _sample.Add(new QualitySample(
                line,
                $"{Columns[0]}: expected within {_tolerance} of {Quality.Columns.Show(other)} in line {first.Line}, "
                + $"found {Quality.Columns.Show(value)} of {batch.Show(_by, row)}"));
        }
    }

    private bool IsIncomplete(RowBatch batch, int row)
    {
        if (batch.IsMissing(_column, row) || batch.IsMissing(_by, row))
        {
            return true;
        }

        foreach (var column in _match)
        {
            if (batch.IsMissing(column, row))
            {
                return true;
            }
        }

        return false;
    }
}
