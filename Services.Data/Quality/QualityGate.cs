using System.Text;
using Skipper.Services.Data.Drift;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Services.Data.Quality;

/// <summary>The values that a column of a dataset has.</summary>
internal interface IReferenceValues
{
    /// <exception cref="MeshException">There is no such dataset or column.</exception>
    Task<IReadOnlySet<string>> ReadAsync(string dataset, string column, CancellationToken cancellationToken);
}

/// <summary>The newest rules for a dataset; one of them is there.</summary>
internal sealed record ImportRules(Standard? Standard, ExpectationSuite? Suite, string Description);

/// <summary>
/// Has imports checked by the standard and the suite that are named as their dataset. Nothing is published that it does not let through.
/// </summary>
internal sealed partial class QualityGate(
    DeclarationStore declarations,
    QuarantineStore quarantine,
    QualityReportStore reports,
    IReferenceValues references,
    ReferenceProfiles profiles,
    IEventBus events,
    TimeProvider time,
    ILogger<QualityGate> logger)
{
    public const string StandardKind = "standard";
    public const string SuiteKind = "suite";

    /// <summary>The rules for a dataset; null where there are none. With a standard, rows are to be read as texts.</summary>
    public async Task<ImportRules?> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        var standard = await declarations.FindAsync(new() { Kind = StandardKind, Name = dataset }, cancellationToken);
        var suite = await declarations.FindAsync(new() { Kind = SuiteKind, Name = dataset }, cancellationToken);
        return standard is null && suite is null ? null : new ImportRules(
            standard is null ? null : StandardReader.Read(Encoding.UTF8.GetBytes(standard.Source!)),
            suite is null ? null : SuiteReader.Read(Encoding.UTF8.GetBytes(suite.Source!)),
            string.Join(", ", new[] { standard, suite }.OfType<DeclarationVersion>()
                .Select(version => $"{version.Kind} {version.Name}@{version.Version}")));
    }

    /// <summary>Begins to check an import.</summary>
    /// <param name="rules">What applies.</param>
    /// <param name="dataset">The dataset that rows are for.</param>
    /// <param name="origin">What they come from: digest of a file, or names of sources.</param>
    /// <param name="source">The columns as they come.</param>
    /// <param name="previousRowCount">Rows of the version before; null where this is the first.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="isRepeated">Whether the rows of the import before come again with this one.</param>
    /// <exception cref="MeshException">The columns are not those that the standard needs.</exception>
    public async Task<ImportCheck> StartAsync(
        ImportRules rules, string dataset, string? origin, TableSchema source, long? previousRowCount, CancellationToken cancellationToken,
        bool isRepeated = false)
    {
        var standardizer = rules.Standard is null ? null : new Standardizer(rules.Standard, source);
        var suite = rules.Suite ?? new ExpectationSuite { Name = dataset, Mostly = 0.5, Expectations = [] };
        RequireKnownExcuses(suite, rules.Standard?.Rules ?? new RuleNames());
        var context = new RunContext
        {
            Schema = standardizer?.Schema ?? source,
            Dataset = dataset,
            Time = time,
            PreviousRowCount = previousRowCount,
            References = await ReferencesAsync(suite, cancellationToken),
            Profiles = await profiles.ReadAsync(
                suite.Expectations.Select(expectation => expectation.Drift?.Reference(dataset)).OfType<DatasetName>(), cancellationToken),
        };
        return new ImportCheck(
            new RejectedRun(Guid.CreateVersion7(time.GetUtcNow()), dataset, origin, rules.Description, isRepeated),
            source,
            rules.Standard,
            standardizer,
            new SuiteRun(suite, context, standardizer?.SourceNames),
            quarantine,
            reports);
    }

    /// <summary>
    /// Tells others what they should know about a version that was published: its columns have drifted, or so many rows were
    /// rejected that the source itself may have changed.
    /// </summary>
    public async Task WatchAsync(ImportRules rules, QualityReport report, CancellationToken cancellationToken)
    {
        await WatchDriftAsync(report, cancellationToken);
        var percent = report.Statistics.RejectedPercent;
        if (rules.Suite is not { } suite || percent < suite.AlarmPercent || report.Statistics.RejectedCount == 0)
        {
            return;
        }

        LogAlarm(report.Dataset, percent, suite.AlarmPercent, report.RunId);
        await events.PublishAsync(
            new QuarantineAlarmRaised
            {
                Dataset = report.Dataset,
                RunId = Guid.Parse(report.RunId),
                RejectedPercent = percent,
                AlarmPercent = suite.AlarmPercent,
            },
            cancellationToken);
    }

    private async Task WatchDriftAsync(QualityReport report, CancellationToken cancellationToken)
    {
        List<DriftComparison> drift = [.. report.Checks
            .Select(check => check.Drift is { } compared ? compared with { Columns = [.. compared.Columns.Where(HasDrifted)] } : null)
            .OfType<DriftComparison>().Where(compared => compared.Columns.Count > 0)];
        if (report.Version is not { } version || drift.Count == 0)
        {
            return;
        }

        var columns = string.Join(", ", drift.SelectMany(compared => compared.Columns).Select(column => column.Column).Distinct());
        LogDrift(report.Dataset, version, columns, report.RunId);
        await events.PublishAsync(
            new DriftDetected { Dataset = report.Dataset, Version = version, RunId = Guid.Parse(report.RunId), Drift = drift },
            cancellationToken);

        static bool HasDrifted(ColumnDrift column) => column.Verdict == DriftMeasure.Drifted;
    }

    /// <summary>A rule whose name is misspelled would excuse nothing, and nobody would see it.</summary>
    private static void RequireKnownExcuses(ExpectationSuite suite, RuleNames rules)
    {
        var known = suite.Expectations.Select(expectation => expectation.Name)
            .Concat([rules.ColumnCount, rules.Missing, rules.Number, rules.Time, rules.Unit, rules.Category, ImportCheck.Unreadable]);
        var unknown = suite.Expectations.SelectMany(expectation => expectation.Excuses).Except(known).ToList();
        if (unknown.Count > 0)
        {
            throw MeshException.FailedPrecondition(
                $"Suite '{suite.Name}' excuses rows by rules that neither it nor the standard has: {string.Join(", ", unknown)}.");
        }
    }

    private async Task<IReadOnlyDictionary<(string Dataset, string Column), IReadOnlySet<string>>> ReferencesAsync(
        ExpectationSuite suite, CancellationToken cancellationToken)
    {
        var values = new Dictionary<(string, string), IReadOnlySet<string>>();
        foreach (var reference in suite.Expectations.Select(expectation => expectation.Reference).OfType<(string, string)>().Distinct())
        {
            try
            {
                values[reference] = await references.ReadAsync(reference.Item1, reference.Item2, cancellationToken);
            }
            catch (MeshException exception) when (exception.Code is ErrorCode.NotFound)
            {
                // The check says so in the report, where the other checks say what they found.
            }
        }

        return values;
    }
}
