using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Quality;

/// <summary>Rejected rows of an import that still runs, in a file: any number of them, and gone with the import.</summary>
internal sealed class RejectedSpool : IAsyncDisposable
{
    private FileStream? _file;

    public long Count { get; private set; }

    public void Add(RejectedRecord row)
    {
        _file ??= new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-rejected-{Guid.NewGuid():N}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 64 * 1024,
                Options = FileOptions.DeleteOnClose,
            });
        JsonSerializer.Serialize(_file, row, MessageJson.Options);
        _file.WriteByte((byte)'\n');
        Count++;
    }

    /// <summary>Gives back all rows in the order in which they were added.</summary>
    public IEnumerable<RejectedRecord> ReadAll()
    {
        if (_file is null)
        {
            yield break;
        }

        _file.Flush();
        _file.Position = 0;
        using var reader = new StreamReader(_file, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonSerializer.Deserialize<RejectedRecord>(line, MessageJson.Options)!;
        }
    }

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;
}
