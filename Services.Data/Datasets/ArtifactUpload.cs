using System.IO.Pipelines;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Datasets;

/// <summary>
/// An artifact that is stored while it is written, and never whole in memory; disposed before it is complete, nothing is stored.
/// </summary>
internal sealed class ArtifactUpload : IAsyncDisposable
{
    private const int Ahead = 1024 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: Ahead, resumeWriterThreshold: Ahead / 2));
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task<string> _stored;

    public ArtifactUpload(IArtifactStore artifacts)
    {
        Stream = _pipe.Writer.AsStream(leaveOpen: true);
        _stored = Task.Run(() => StoreAsync(artifacts));
    }

    /// <summary>Takes the content; what cannot be stored is said by <see cref="CompleteAsync"/>.</summary>
    public Stream Stream { get; }

    /// <summary>Waits until all that was written is durable, and returns the digest.</summary>
    public async Task<string> CompleteAsync()
    {
        await _pipe.Writer.CompleteAsync();
        return await _stored;
    }

    public async ValueTask DisposeAsync()
    {
        // First the token: the end of the pipe must not look like the end of the content.
        await _stopping.CancelAsync();
        await _pipe.Writer.CompleteAsync(new OperationCanceledException());
        await Task.WhenAny(_stored);
        _stopping.Dispose();
    }

    private async Task<string> StoreAsync(IArtifactStore artifacts)
    {
        try
        {
            return await artifacts.PutAsync(_pipe.Reader.AsStream(leaveOpen: true), _stopping.Token);
        }
        finally
        {
            // A store that failed reads no more, and whoever writes must not wait for it.
            await _pipe.Reader.CompleteAsync();
        }
    }
}
