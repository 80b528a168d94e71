using System.Text;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Quality;
using Skipper.Services.Data.Standards;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Tests.Quality;

/// <summary>A CSV that went through a standard and a suite, as an import does it.</summary>
internal sealed class CheckedCsv
{
    /// <summary>Findings by line, in the order they were made.</summary>
    public SortedDictionary<long, List<(string Rule, string Columns, string Reason)>> Findings { get; } = [];

    /// <summary>Canonical values by line and column; absent = missing.</summary>
    public Dictionary<long, Dictionary<string, object>> Canonical { get; } = [];

    /// <summary>The lines of all records.</summary>
    public List<long> Lines { get; } = [];

    public QualityReport Report { get; private set; } = null!;

    public static async Task<CheckedCsv> ReadAsync(
        Stream csv, Standard standard, ExpectationSuite suite, RunContext? context = null, int capacity = RowBatch.DefaultCapacity)
    {
        var records = await RecordsAsync(csv);
        var source = new TableSchema([.. records[0].Cells.Select(name => new ColumnSchema(name, ColumnKind.Text))]);
        var standardizer = new Standardizer(standard, source);
        using var run = new SuiteRun(
            suite,
            (context ?? new RunContext { Schema = standardizer.Schema, Time = TimeProvider.System }) with { Schema = standardizer.Schema },
            standardizer.SourceNames);
        var (raw, rows, findings, result) = (new RowBatch(source, capacity), new RowBatch(standardizer.Schema, capacity), new Findings(), new CheckedCsv());
        foreach (var chunk in records.Skip(1).Chunk(capacity))
        {
            findings.Clear();
            Fill(raw, chunk, standard, findings);
            standardizer.Apply(raw, rows, findings);
            run.Check(rows, findings);
            result.Add(rows, findings);
        }

        result.Report = run.Finish("run", "weather");
        foreach (var late in run.Late)
        {
            result.Add(late.Line, late.Check, late.Columns, late.Reason);
        }

        return result;
    }

    public static Task<CheckedCsv> ReadAsync(string csv, Standard standard, ExpectationSuite suite, RunContext? context = null, int capacity = 4) =>
        ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), standard, suite, context, capacity);

    private static async Task<List<(long Line, string[] Cells)>> RecordsAsync(Stream csv)
    {
        var content = new ImportContent(_ => Task.FromResult(csv), null, 64);
        await using var reader = await content.OpenAsync([], TestContext.Current.CancellationToken);
        List<(long, string[])> records = [(1, [.. reader.Names])];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            records.Add((reader.Line, reader.Texts()));
        }

        return records;
    }

    private static void Fill(RowBatch raw, (long Line, string[] Cells)[] records, Standard standard, Findings findings)
    {
        raw.Count = records.Length;
        for (var row = 0; row < records.Length; row++)
        {
            var cells = records[row].Cells;
            raw.Lines[row] = records[row].Line;
            for (var column = 0; column < raw.Schema.Columns.Count; column++)
            {
                raw.Texts(column)[row] = column < cells.Length ? cells[column] : null;
            }

            if (cells.Length != raw.Schema.Columns.Count)
            {
                findings.Add(row, standard.Rules.ColumnCount, [], $"expected {raw.Schema.Columns.Count} cells, found {cells.Length}");
            }
        }
    }

    private void Add(RowBatch rows, Findings findings)
    {
        foreach (var finding in findings.All)
        {
            Add(rows.Lines[finding.Row], finding.Check, finding.Columns, finding.Reason);
        }

        for (var row = 0; row < rows.Count; row++)
        {
            Lines.Add(rows.Lines[row]);
            Canonical[rows.Lines[row]] = Enumerable.Range(0, rows.Schema.Columns.Count)
                .Where(column => !rows.IsMissing(column, row))
                .ToDictionary(column => rows.Schema.Columns[column].Name, column => Value(rows, column, row));
        }
    }

    private static object Value(RowBatch rows, int column, int row) => rows.Schema.Columns[column].Kind switch
    {
        ColumnKind.Text => rows.Texts(column)[row]!,
        ColumnKind.Timestamp => DateTimeOffset.UnixEpoch.AddTicks(rows.Times(column)[row] * 10),
        _ => rows.Numbers(column)[row],
    };

    private void Add(long line, string rule, IReadOnlyList<string> columns, string reason)
    {
        if (!Findings.TryGetValue(line, out var list))
        {
            Findings.Add(line, list = []);
        }

        list.Add((rule, string.Join(' ', columns), reason));
    }
}
