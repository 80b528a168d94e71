using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>Turns a CSV file into a dataset version: checked, written canonically, stored, announced.</summary>
internal sealed partial class DatasetImporter(
    IArtifactStore artifacts,
    DatasetStore datasets,
    IEventBus events,
    IOptions<DatasetOptions> options,
    TimeProvider time,
    ILogger<DatasetImporter> logger)
{
    private const int ShownRejects = 20;

    /// <summary>Imports; the same content under the same name is the version that was made of it before.</summary>
    public async Task<DatasetVersion> ImportAsync(string name, Stream csv, CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(name))
        {
            throw MeshException.InvalidArgument(
                $"A dataset is named by 1 to 64 lower case letters, digits, - and _, beginning with a letter or digit, found '{name}'.");
        }

        await using var limited = new LimitedStream(csv, options.Value.MaxMegabytes);
        var import = CsvImport.Check(await CsvRecords.ReadAsync(limited, cancellationToken));

        // Artifacts first: a version in the database always has its content, a content without a version harms nobody.
        var (version, isNew) = await datasets.AddAsync(
            new DatasetVersion
            {
                Name = name,
                Version = 0,
                Digest = await PutAsync(
                    stream => CanonicalFile.WriteAsync(stream, import.Table, cancellationToken), cancellationToken),
                RowCount = import.Table.RowCount,
                RejectedCount = import.Rejected.Count,
                Rejected = [.. import.Rejected.Take(ShownRejects).Select(row => new RejectedRow(row.Line, row.Reason))],
                Columns = [.. import.Table.Columns.Select(Describe)],
                CreatedAt = Microseconds(time.GetUtcNow()),
            },
            import.Rejected.Count == 0
                ? null
                : await PutAsync(stream => QuarantineAsync(stream, import.Rejected, cancellationToken), cancellationToken),
            cancellationToken);
        LogImported(name, version.Version, isNew, version.RowCount, version.RejectedCount);
        if (isNew)
        {
            await PublishAsync(version, cancellationToken);
        }

        return version;
    }

    private static DatasetColumn Describe(TableColumn column) =>
        new() { Name = column.Name, Type = column.Type, MissingCount = column.MissingCount };

    /// <summary>What is answered now equals what is read from the database later.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));

    private static async Task QuarantineAsync(
        Stream stream, IReadOnlyList<QuarantinedRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            await JsonSerializer.SerializeAsync(stream, row, MessageJson.Options, cancellationToken);
            stream.WriteByte((byte)'\n');
        }
    }

    private async Task<string> PutAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await write(content);
        content.Position = 0;
        return await artifacts.PutAsync(content, cancellationToken);
    }

    private async Task PublishAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        try
        {
            await events.PublishAsync(new DatasetPublished { Dataset = version }, cancellationToken);
        }
        catch (Exception exception) // The version is there: an import that reports failure now would be lying.
        {
            LogNotPublished(exception, version.Name, version.Version);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,63}\\z")]
    private static partial Regex Name();
}
