namespace Skipper.Shared.Messaging.Contracts;

/// <summary>Asks for the newest report about a dataset, or about one version of it.</summary>
[TaskType("find_quality_report", Queues.Data, Idempotent = true)]
public sealed record FindQualityReport : IRequest<QualityReport>
{
    /// <summary>Which dataset, and which version of it; absent = the newest import, published or not.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>Asks for the newest reports about a dataset.</summary>
[TaskType("list_quality_reports", Queues.Data, Idempotent = true)]
public sealed record ListQualityReports : IRequest<QualityReportList>
{
    /// <summary>Which dataset; the version is not looked at.</summary>
    public required DatasetName Data { get; init; }
}

/// <summary>Makes a page for people of a quality report.</summary>
[TaskType("write_quality_page", Queues.Data, Idempotent = true)]
public sealed record WriteQualityPage : IRequest<QualityPageFile>
{
    /// <summary>Which report.</summary>
    public required Choice Data { get; init; }

    /// <summary>One report about a dataset.</summary>
    public sealed record Choice
    {
        /// <summary>Dataset name.</summary>
        public required string Dataset { get; init; }

        /// <summary>The newest report about this version; absent = the newest of all.</summary>
        public int? Version { get; init; }

        /// <summary>The report with this id, whatever it is about.</summary>
        public Guid? RunId { get; init; }
    }
}

/// <summary>A page that was made.</summary>
public sealed record QualityPageFile
{
    /// <summary>The report that it shows.</summary>
    public required string RunId { get; init; }

    /// <summary>Digest of the page: UTF-8 HTML that needs nothing else.</summary>
    public required string Page { get; init; }
}

/// <summary>Reports, newest first.</summary>
public sealed record QualityReportList
{
    /// <summary>At most 100.</summary>
    public required IReadOnlyList<QualityReport> Reports { get; init; }
}

/// <summary>What an expectation suite found out about one import; names follow Great Expectations where it has one.</summary>
public sealed record QualityReport
{
    /// <summary>Id of this report.</summary>
    public required string RunId { get; init; }

    /// <summary>Suite name.</summary>
    public required string Suite { get; init; }

    /// <summary>Dataset name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The version that was published of the rows; absent = none was.</summary>
    public int? Version { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>
    /// The worst status of the checks: <c>pass</c>; <c>warn</c> = published, with something to look at; <c>fail</c> and
    /// <c>error</c> (a check could not be evaluated) = not published.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Every check of the suite, in its order, after the rules of the standard that rows broke.</summary>
    public required IReadOnlyList<QualityCheck> Checks { get; init; }

    /// <summary>Totals.</summary>
    public required QualityStatistics Statistics { get; init; }
}

/// <summary>The result of one check.</summary>
public sealed record QualityCheck
{
    /// <summary>Name of the check in its suite.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of check, such as <c>range</c> or <c>unique</c>; <c>standard</c> = a rule of the standard.</summary>
    public required string Type { get; init; }

    /// <summary>The columns it is about; none = the table as a whole.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary><c>error</c> or <c>warn</c>.</summary>
    public required string Severity { get; init; }

    /// <summary><c>pass</c>, <c>warn</c>, <c>fail</c> or <c>error</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What was found, in words.</summary>
    public string? Observed { get; init; }

    /// <summary>What was expected, in words.</summary>
    public string? Threshold { get; init; }

    /// <summary>Values that were looked at.</summary>
    public long ElementCount { get; init; }

    /// <summary>Values that are not as expected.</summary>
    public long UnexpectedCount { get; init; }

    /// <summary>Unexpected in percent of those looked at, 0 to 100.</summary>
    public double UnexpectedPercent { get; init; }

    /// <summary>The first unexpected rows, at most 20.</summary>
    public IReadOnlyList<QualitySample> Sample { get; init; } = [];

    /// <summary>What a check of type <c>drift</c> measured; absent = another check, or there was nothing to compare with.</summary>
    public DriftComparison? Drift { get; init; }
}

/// <summary>A row that is not as expected.</summary>
/// <param name="Line">Where it stood in its source; 1 is the first line.</param>
/// <param name="Reason">What was expected and what was found.</param>
public sealed record QualitySample(long Line, string Reason);

/// <summary>Totals of a report.</summary>
public sealed record QualityStatistics
{
    /// <summary>Rows that came in.</summary>
    public required long RowCount { get; init; }

    /// <summary>Rows that went to quarantine.</summary>
    public required long RejectedCount { get; init; }

    /// <summary>Rejected in percent of all rows, 0 to 100.</summary>
    public required double RejectedPercent { get; init; }

    /// <summary>Checks evaluated.</summary>
    public required int EvaluatedChecks { get; init; }

    /// <summary>Checks with status <c>pass</c> or <c>warn</c>.</summary>
    public required int SuccessfulChecks { get; init; }

    /// <summary>Checks with status <c>fail</c> or <c>error</c>.</summary>
    public required int UnsuccessfulChecks { get; init; }
}
