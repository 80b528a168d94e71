using System.Text;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Data.Tests.Imports;

/// <summary>What became of a file.</summary>
internal sealed record Imported(DatasetTable Table, IReadOnlyList<RejectedRow> Rejected)
{
    public IReadOnlyList<double> Numbers(int column) => Table.Columns[column].Numbers!;

    public IReadOnlyList<string?> Texts(int column) => Table.Columns[column].Texts!;

    public IReadOnlyList<long> Times(int column) => Table.Columns[column].Times!;
}

/// <summary>Reads files as an import does, and gathers the rows in memory.</summary>
internal static class Importing
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Imported> ReadAsync(string text)
    {
        var collected = new TableCollector();
        var rejected = await ReadAsync(text, collected.Take);
        return new Imported(collected.ToTable(), rejected);
    }

    public static Task<IReadOnlyList<RejectedRow>> ReadAsync(string text, Func<RowBatch, Task> take) =>
        ReadAsync(Encoding.UTF8.GetBytes(text), take);

    public static Task<IReadOnlyList<RejectedRow>> ReadAsync(
        byte[] file, Func<RowBatch, Task> take, string? encoding = null, int megabytes = 64) =>
        ReadAsync(() => new MemoryStream(file), take, encoding, megabytes);

    public static async Task<IReadOnlyList<RejectedRow>> ReadAsync(
        Func<Stream> open, Func<RowBatch, Task> take, string? encoding = null, int megabytes = 64)
    {
        var content = new ImportContent(_ => Task.FromResult(open()), encoding, megabytes);
        TableSchema schema;
        await using (var reader = await content.OpenAsync([], Token))
        {
            schema = await ColumnInference.ReadAsync(reader, Token);
        }

        await using var rejected = new RejectedRows();
        await using var rows = await content.OpenAsync([.. schema.Columns.Select(column => column.Name)], Token);
        var parser = new RowParser(rows, schema, rejected);
        var batch = new RowBatch(schema);
        while (await parser.FillAsync(batch, Token))
        {
            await take(batch);
        }

        rejected.RequireMostlyGood(parser.Records);
        return rejected.First;
    }
}
