using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Quality;

/// <summary>Status words of reports, from good to bad.</summary>
internal static class QualityStatus
{
    public const string Pass = "pass";
    public const string Warn = "warn";
    public const string Fail = "fail";
    public const string Error = "error";

    private static readonly string[] Order = [Pass, Warn, Fail, Error];

    public static string Worst(IEnumerable<string> statuses) =>
        Order[statuses.Select(status => Array.IndexOf(Order, status)).DefaultIfEmpty(0).Max()];

    /// <summary>Whether rows with such a report may be published.</summary>
    public static bool Publishes(string status) => status is Pass or Warn;
}

/// <summary>One check during one run: its test, and what it counted. A test that cannot go on is an error, not a crash.</summary>
internal sealed class CheckRun
{
    private const int MostSamples = 20;

    private readonly List<QualitySample> _sample = [];
    private string? _error;
    private int _when = -1;

    public CheckRun(Expectation expectation, RunContext context)
    {
        Expectation = expectation;
        Try(() =>
        {
            if (expectation.When is { } when)
            {
                _when = context.Schema.Require(when.Column, ColumnKind.Text);
            }

            Test = expectation.Bind(context);
        });
    }

    public Expectation Expectation { get; }

    /// <summary>What <see cref="Expectation.Bind"/> made; null where it could not.</summary>
    public object? Test { get; private set; }

    /// <summary>Columns that findings name.</summary>
    public IReadOnlyList<string> Columns => Expectation.Columns ?? Test switch
    {
        IRowTest test => test.Columns,
        ILateTest test => test.Columns,
        ITableTest test => test.Columns,
        _ => [],
    };

    public long Elements { get; set; }

    public long Unexpected { get; private set; }

    /// <summary>Does a part of the check, and remembers why it failed; nothing is done after that.</summary>
    public void Try(Action part)
    {
        if (_error is not null)
        {
            return;
        }

        try
        {
            part();
        }
        catch (MeshException exception)
        {
            _error = exception.Message;
        }
    }

    /// <summary>Whether the check applies to a row.</summary>
    public bool Applies(RowBatch batch, int row) => _when < 0
        || (batch.Texts(_when)[row] is { } text && Expectation.When!.Value.Values.Contains(text));

    public void AddUnexpected(long line, string reason)
    {
        Unexpected++;
        if (_sample.Count < MostSamples)
        {
            _sample.Add(new QualitySample(line, reason));
        }
    }

    public QualityCheck Finish()
    {
        TableResult? table = null;
        Try(() => table = (Test as ITableTest)?.Finish());
        var elements = table?.ElementCount ?? Elements;
        var unexpected = table?.UnexpectedCount ?? Unexpected;
        return new QualityCheck
        {
            Name = Expectation.Name,
            Type = Expectation.Type,
            Columns = Columns,
            Severity = Expectation.Warns ? QualityStatus.Warn : QualityStatus.Error,
            Status = Status(table, elements, unexpected),
            Observed = _error ?? table?.Observed ?? $"{unexpected} of {elements} unexpected",
            Threshold = Test switch
            {
                IRowTest test => test.Threshold,
                ILateTest test => test.Threshold,
                ITableTest test => test.Threshold,
                _ => null,
            },
            ElementCount = elements,
            UnexpectedCount = unexpected,
            UnexpectedPercent = Percent(unexpected, elements),
            Sample = table?.Sample ?? _sample,
            Drift = table?.Drift,
        };
    }

    public static double Percent(long part, long whole) => whole == 0 ? 0 : Math.Round(100.0 * part / whole, 6);

    private string Status(TableResult? table, long elements, long unexpected)
    {
        if (_error is not null || table is { Passed: null })
        {
            return QualityStatus.Error;
        }

        var isGood = table?.Passed ?? unexpected == 0;
        if (isGood)
        {
            return QualityStatus.Pass;
        }

        var isTolerated = table is null && elements - unexpected >= Expectation.Mostly * elements;
        return isTolerated || Expectation.Warns ? QualityStatus.Warn : QualityStatus.Fail;
    }
}
