using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Quality;

/// <summary>One declared check of a suite.</summary>
internal sealed record Expectation
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>Only warns: rows that break it are kept, and it never blocks.</summary>
    public bool Warns { get; init; }

    /// <summary>The share of rows that must be as expected, 0 to 1, for the check to succeed; of checks that look at rows.</summary>
    public double Mostly { get; init; }

    /// <summary>The columns that findings name, where not all that are looked at.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Names of checks and rules: a row that broke one of them is not looked at.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>All names of rules that the check excuses rows by.</summary>
    public IReadOnlyList<string> Excuses { get; init; } = [];

    /// <summary>Looks only at rows in which a text column has one of these values.</summary>
    public (string Column, IReadOnlyList<string> Values)? When { get; init; }

    /// <summary>The column of another dataset that it looks values up in.</summary>
    public (string Dataset, string Column)? Reference { get; init; }

    /// <summary>Which version it compares the columns with; null = none.</summary>
    public DriftCheck? Drift { get; init; }

    /// <summary>Makes the test of one run: an <see cref="IRowTest"/>, an <see cref="ILateTest"/> or an <see cref="ITableTest"/>.</summary>
    public required Func<RunContext, object> Bind { get; init; }
}

/// <summary>A declared suite.</summary>
internal sealed record ExpectationSuite
{
    public required string Name { get; init; }

    /// <summary>For rules of the standard, and for checks that say nothing else.</summary>
    public required double Mostly { get; init; }

    /// <summary>Rejected rows in percent from which quarantine raises an alarm.</summary>
    public double AlarmPercent { get; init; } = 10;

    public required IReadOnlyList<Expectation> Expectations { get; init; }
}

/// <summary>What checks may know about the run they belong to.</summary>
internal sealed record RunContext
{
    public required TableSchema Schema { get; init; }

    /// <summary>The dataset that the rows are for.</summary>
    public string Dataset { get; init; } = "";

    public required TimeProvider Time { get; init; }

    /// <summary>Rows of the version before; null where this is the first.</summary>
    public long? PreviousRowCount { get; init; }

    /// <summary>The values of columns of other datasets, by (dataset, column).</summary>
    public IReadOnlyDictionary<(string Dataset, string Column), IReadOnlySet<string>> References { get; init; } =
        new Dictionary<(string, string), IReadOnlySet<string>>();

    /// <summary>The columns of versions that drift checks compare with; those that are not there are missing.</summary>
    public IReadOnlyDictionary<DatasetName, ReferenceProfile> Profiles { get; init; } = new Dictionary<DatasetName, ReferenceProfile>();
}

/// <summary>What is known about a row before and after a check looked at it.</summary>
internal enum Verdict : byte
{
    /// <summary>To be looked at.</summary>
    Open,

    /// <summary>There is nothing to look at, or an earlier finding excuses it.</summary>
    Skipped,
    Good,
    Bad,
}

/// <summary>Looks at rows one by one. Verdicts that are not open stay as they are.</summary>
internal interface IRowTest
{
    /// <summary>The columns that are looked at.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>What is expected, in words.</summary>
    string Threshold { get; }

    void Test(RowBatch batch, Span<Verdict> verdicts);

    /// <summary>What was found in a bad row; called right after <see cref="Test"/>.</summary>
    string Describe(RowBatch batch, int row);
}

/// <summary>Judges rows only when others have come.</summary>
internal interface ILateTest
{
    /// <summary>The columns that are looked at.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>What is expected, in words.</summary>
    string Threshold { get; }

    /// <summary>Names of checks and rules: a row that broke one of them is no reference for others.</summary>
    IReadOnlyList<string> ReferenceUnless { get; }

    /// <param name="batch">The rows.</param>
    /// <param name="verdicts">Whether a row itself is judged.</param>
    /// <param name="references">Whether a row counts as a reference.</param>
    /// <param name="rejected">Whether a row is rejected already.</param>
    void Observe(RowBatch batch, ReadOnlySpan<Verdict> verdicts, ReadOnlySpan<bool> references, ReadOnlySpan<bool> rejected);

    /// <summary>Judges what is left.</summary>
    void Finish();

    /// <summary>How many rows were judged, and which were found bad; taken once.</summary>
    (long Judged, IReadOnlyList<LateFinding> Findings) Take();
}

/// <summary>Looks at the accepted rows as a whole.</summary>
internal interface ITableTest
{
    IReadOnlyList<string> Columns { get; }

    /// <summary>What is expected, in words.</summary>
    string Threshold { get; }

    /// <param name="batch">The rows.</param>
    /// <param name="rejected">Rows that are not accepted.</param>
    void Observe(RowBatch batch, ReadOnlySpan<bool> rejected);

    TableResult Finish();
}

/// <summary>What became of a table test. A null <paramref name="Passed"/> = it could not be evaluated.</summary>
internal sealed record TableResult(bool? Passed, string Observed, long ElementCount = 0, long UnexpectedCount = 0)
{
    public IReadOnlyList<QualitySample> Sample { get; init; } = [];

    public DriftComparison? Drift { get; init; }
}

/// <summary>A row that was found bad after its batch had passed.</summary>
/// <param name="Line">Its line, as in <see cref="RowBatch.Lines"/>.</param>
/// <param name="WasRejected">Whether it was in quarantine by then, for another reason.</param>
/// <param name="Check">Which check says so.</param>
/// <param name="Columns">Which columns it is about.</param>
/// <param name="Reason">What was expected and what was found.</param>
internal sealed record LateFinding(long Line, bool WasRejected, string Check, IReadOnlyList<string> Columns, string Reason);
