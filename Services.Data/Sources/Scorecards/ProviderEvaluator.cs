using Skipper.Services.Data.Sources.Declarations;
using Skipper.Services.Data.Sources.Http;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Scorecards;

/// <summary>Judges the sources of a table by what they hold, by how they answer, and by how far they are from each other.</summary>
internal sealed class ProviderEvaluator(SourceStore sources, CallStore calls, TypedTableStore tables, TimeProvider time)
{
    private const double Enough = 0.6;
    private const int MaxCalls = 1_000_000;
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public async Task<ProviderEvaluation> EvaluateAsync(string table, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var declarations = (await sources.ListAsync(cancellationToken)).Select(source => DeclarationReader.Read(source.Declaration))
            .Where(declaration => declaration.Table == table).ToList();
        var first = declarations.FirstOrDefault() ?? throw MeshException.NotFound($"No source fills a table '{table}'.");
        if (!first.Key.Contains("source") || first.Schema.Columns[first.Schema.IndexOf("source")].Kind is not ColumnKind.Text)
        {
            throw MeshException.FailedPrecondition($"To compare the sources of '{table}', its key must have a text column 'source'.");
        }

        var typed = PageWriter.TableOf(first);
        var angles = first.Columns.Where(column => column.Unit is "deg" or "rad").Select(column => column.Name).ToHashSet();
        var comparison = new TableComparison(typed, angles);
        await tables.ReadAsync(
            typed,
            batch =>
            {
                comparison.Add(batch);
                return Task.CompletedTask;
            },
            string.Join(", ", typed.Key.Where(key => typed.Schema.Columns[key].Name != "source")
                .Select(key => TypedTable.Quoted(typed.Schema.Columns[key].Name))),
            cancellationToken);
        comparison.Complete(typed.Schema);

        var cards = new List<ProviderScorecard>();
        foreach (var declaration in declarations)
        {
            var made = await calls.ListAsync(declaration.Name, since ?? time.GetUtcNow() - Window, MaxCalls, cancellationToken);
            cards.Add(Card(declaration.Name, comparison, typed.Schema, made));
        }

        return new ProviderEvaluation
        {
            Table = table,
            Providers = [.. cards.OrderByDescending(card => card.Score).ThenBy(card => card.Source, StringComparer.Ordinal)],
            Pairs = [.. comparison.Pairs.OrderBy(pair => pair.Key).Select(pair => new ProviderPair
            {
                First = pair.Key.First,
                Second = pair.Key.Second,
                Column = typed.Schema.Columns[pair.Key.Column].Name,
                Count = pair.Value.Count,
                MeanAbsoluteError = pair.Value.MeanAbsoluteError,
                RootMeanSquareError = pair.Value.RootMeanSquareError,
                Bias = pair.Value.Bias,
                Correlation = pair.Value.Correlation,
            })],
        };
    }

    private ProviderScorecard Card(string source, TableComparison comparison, TableSchema schema, List<ProviderCall> made)
    {
        var rows = comparison.Sources.GetValueOrDefault(source) ?? new SourceRows(new long[comparison.Columns.Length]);
        var completeness = comparison.Columns.Select((column, i) => (schema.Columns[column].Name, Share: Ratio(rows.Values[i], rows.Count)))
            .ToDictionary(pair => pair.Name, pair => pair.Share);
        var consensus = comparison.Consensus.Where(pair => pair.Key.Source == source).ToList();
        var answered = made.Where(call => call.Outcome is "ok" or "unchanged").ToList();
        var latencies = answered.Select(call => call.Milliseconds).Order().ToArray();
        var card = new ProviderScorecard
        {
            Source = source,
            Score = 0,
            Accepted = false,
            Rows = rows.Count,
            Coverage = Ratio(rows.Entities.Count, comparison.Entities.Count),
            Completeness = completeness,
            Deviation = consensus.ToDictionary(pair => schema.Columns[pair.Key.Column].Name, pair => pair.Value.MeanAbsoluteError),
            Requests = made.Count,
            SuccessRate = made.Count > 0 ? Ratio(answered.Count, made.Count) : null,
            LimitedRate = made.Count > 0 ? Ratio(made.Count(call => call.Outcome == "limited"), made.Count) : null,
            LatencyP50 = Quantile(latencies, 0.5),
            LatencyP95 = Quantile(latencies, 0.95),
            LatencyP99 = Quantile(latencies, 0.99),
            AgeSeconds = answered.Count > 0 ? (time.GetUtcNow() - answered[^1].At).TotalSeconds : null,
        };

        // Agreement: the mean correlation with the consensus, an anti-correlated provider being worth nothing.
        var correlations = consensus.Select(pair => pair.Value.Correlation).OfType<double>().ToList();
        (double Weight, double? Part)[] parts =
        [
            (0.3, card.Coverage),
            (0.2, completeness.Count > 0 ? completeness.Values.Average() : null),
            (0.2, card.SuccessRate),
            (0.2, correlations.Count > 0 ? Math.Max(0, correlations.Average()) : null),
            (0.1, card.LatencyP95 is { } late ? 1000 / (1000 + late) : null),
        ];
        var known = parts.Where(part => part.Part is not null).ToList();
        var score = known.Sum(part => part.Weight * part.Part!.Value) / known.Sum(part => part.Weight);
        return card with { Score = score, Accepted = score >= Enough };
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    /// <summary>The smallest value that as many are not above.</summary>
    private static double? Quantile(double[] sorted, double share) =>
        sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
