using System.Text.Json;
using Skipper.Services.Data.Datasets;
using Skipper.Services.Data.Tables;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Scorings;

/// <summary>Writes the rows of a version into artifacts of a few rows each, in one pass and never more than a batch in memory.</summary>
internal sealed class ScoringPlanner(DatasetCatalog catalog, IArtifactStore artifacts)
{
    // As many as a step of a workflow may have items.
    private const int MostParts = 1000;

    /// <exception cref="MeshException">So small parts would be too many.</exception>
    public async Task<ScoringPlan> PlanAsync(
        DatasetVersion dataset, int rowsPerPart, Action<double, string?> report, CancellationToken cancellationToken)
    {
        var count = (dataset.RowCount + (long)rowsPerPart - 1) / rowsPerPart;
        if (count > MostParts)
        {
            throw MeshException.InvalidArgument(
                $"data.rows_per_part must be at least {(dataset.RowCount + MostParts - 1) / MostParts}, so that the "
                + $"{dataset.RowCount} rows of '{dataset.Name}' version {dataset.Version} make at most {MostParts} parts, was {rowsPerPart}.");
        }

        await using var cutter = new Cutter(artifacts, rowsPerPart);
        await catalog.ReadAsync(dataset, TakeAsync, cancellationToken);
        await cutter.EndPartAsync();
        return new ScoringPlan
        {
            Dataset = new DatasetReference(dataset.Name, dataset.Version, dataset.Digest),
            RowCount = dataset.RowCount,
            Parts = cutter.Parts,
        };

        async Task TakeAsync(RowBatch batch)
        {
            await cutter.TakeAsync(batch, cancellationToken);
            report(100.0 * cutter.Parts.Count / count, $"{cutter.Parts.Count} of {count} parts");
        }
    }

    /// <summary>Begins an artifact where one is full.</summary>
    private sealed class Cutter(IArtifactStore artifacts, int rowsPerPart) : IAsyncDisposable
    {
        private readonly MemoryStream _lines = new();
        private ArtifactUpload? _upload;
        private int _rows;

        public List<ScoringPart> Parts { get; } = [];

        public async Task TakeAsync(RowBatch batch, CancellationToken cancellationToken)
        {
            for (var row = 0; row < batch.Count;)
            {
                _upload ??= new ArtifactUpload(artifacts);
                var end = Math.Min(batch.Count, row + rowsPerPart - _rows);
                _rows += end - row;
                Write(batch, row, end);
                row = end;
                await _upload.Stream.WriteAsync(_lines.GetBuffer().AsMemory(0, (int)_lines.Length), cancellationToken);
                if (_rows == rowsPerPart)
                {
                    await EndPartAsync();
                }
            }
        }

        public async Task EndPartAsync()
        {
            if (_upload is not null)
            {
                Parts.Add(new ScoringPart(Parts.Count + 1, _rows, await _upload.CompleteAsync()));
                await _upload.DisposeAsync();
                (_upload, _rows) = (null, 0);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await (_upload?.DisposeAsync() ?? ValueTask.CompletedTask);
            await _lines.DisposeAsync();
        }

        private void Write(RowBatch batch, int start, int end)
        {
            _lines.SetLength(0);
            using var writer = new Utf8JsonWriter(_lines, new JsonWriterOptions { SkipValidation = true });
            for (var row = start; row < end; row++)
            {
                WriteRow(writer, batch, row);
                writer.Flush();
                writer.Reset();
                _lines.WriteByte((byte)'\n');
            }
        }

        private static void WriteRow(Utf8JsonWriter writer, RowBatch batch, int row)
        {
            writer.WriteStartObject();
            for (var column = 0; column < batch.Schema.Columns.Count; column++)
            {
                var (name, kind) = batch.Schema.Columns[column];
                writer.WritePropertyName(name);
                if (batch.IsMissing(column, row))
                {
                    writer.WriteNullValue();
                }
                else if (kind is ColumnKind.Integer or ColumnKind.Number)
                {
                    writer.WriteNumberValue(batch.Numbers(column)[row]);
                }
                else
                {
                    writer.WriteStringValue(CellFormat.Text(batch, column, row));
                }
            }

            writer.WriteEndObject();
        }
    }
}
