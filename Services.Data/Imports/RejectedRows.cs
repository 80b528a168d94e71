using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Imports;

/// <summary>Where records go that cannot be taken as rows.</summary>
internal interface IRejectedRecords
{
    ValueTask AddAsync(long line, string reason, IReadOnlyList<string> cells, CancellationToken cancellationToken);
}

/// <summary>The rows of an import that were not accepted: all of them in a file, the first in memory.</summary>
internal sealed class RejectedRows : IRejectedRecords, IAsyncDisposable
{
    private const int ShownRows = 20;
    private const int ShownReasons = 5;

    private readonly List<RejectedRow> _first = [];
    private FileStream? _file;

    public long Count { get; private set; }

    public IReadOnlyList<RejectedRow> First => _first;

    public async ValueTask AddAsync(long line, string reason, IReadOnlyList<string> cells, CancellationToken cancellationToken)
    {
        _file ??= new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-{Guid.NewGuid():N}"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 64 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await JsonSerializer.SerializeAsync(_file, new Entry(line, reason, cells), MessageJson.Options, cancellationToken);
        _file.WriteByte((byte)'\n');
        Count++;
        if (_first.Count < ShownRows)
        {
            _first.Add(new RejectedRow((int)Math.Min(line, int.MaxValue), reason));
        }
    }

    /// <exception cref="MeshException">More rows are bad than good.</exception>
    public void RequireMostlyGood(long total)
    {
        var accepted = total - Count;
        if (Count <= accepted && accepted >= 2)
        {
            return;
        }

        var reasons = _first.Take(ShownReasons).Select(row => $"line {row.Line}: {row.Reason}");
        throw MeshException.FailedPrecondition(
            $"{Count} of {total} rows were rejected; at least half of them, and 2, must be good. "
            + $"The first: {string.Join(". ", reasons)}. Mend the file and import it again.");
    }

    /// <summary>Stores all rows as JSON lines and returns the digest; null where there are none.</summary>
    public async Task<string?> StoreAsync(IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            return null;
        }

        await _file.FlushAsync(cancellationToken);
        _file.Position = 0;
        return await artifacts.PutAsync(_file, cancellationToken);
    }

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed record Entry(long Line, string Reason, IReadOnlyList<string> Cells);
}
