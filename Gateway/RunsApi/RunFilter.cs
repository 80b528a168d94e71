using Dapper;

namespace Skipper.Gateway.RunsApi;

/// <summary>Which runs to list, newest first.</summary>
internal sealed record RunFilter
{
    public IReadOnlyList<string> States { get; init; } = [];

    public string? Workflow { get; init; }

    public string? Schedule { get; init; }

    /// <summary>Accepted at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Accepted before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    public Guid? RerunOf { get; init; }

    public Guid? Backfill { get; init; }

    /// <summary>Only runs that were accepted before this one: the last of the page before.</summary>
    public Guid? Before { get; init; }

    /// <summary>
    /// Conditions on <c>r</c>, and their arguments. States are of a closed set: as constants they can use the partial indexes.
    /// </summary>
    public (string Sql, DynamicParameters Arguments) Where()
    {
        List<string> conditions = ["1 = 1"];
        var arguments = new DynamicParameters();
        if (States.Count > 0)
        {
            conditions.Add($"r.state IN ({string.Join(", ", States.Select(state => $"'{RunQuery.KnownState(state)}'"))})");
            if (States.All(state => !RunQuery.IsFinal(state)))
            {
                conditions.Add("r.finished_at IS NULL");
            }
        }

        Add("r.workflow = @Workflow", Workflow);
        Add("r.schedule = @Schedule", Schedule);
        Add("r.rerun_of = @RerunOf", RerunOf);
        Add("r.backfill_id = @Backfill", Backfill);
        Add("r.id < @Before", Before);
        Add("r.id >= @Since", Since is { } since ? TimedId.First(since) : null);
        Add("r.id < @Until", Until is { } until ? TimedId.First(until) : null);
        return (string.Join(" AND ", conditions), arguments);

        void Add(string condition, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                arguments.Add(condition[(condition.IndexOf('@', StringComparison.Ordinal) + 1)..], value);
            }
        }
    }
}
