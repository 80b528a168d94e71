using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Streams;

namespace Skipper.Services.Data.Streams;

/// <summary>Reads several artifacts one behind the other, each opened when its turn comes.</summary>
internal sealed class JoinedStream(IEnumerable<string> digests, IArtifactStore artifacts) : ForwardStream
{
    private readonly Queue<string> _waiting = new(digests);
    private Stream? _open;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_open is not null)
            {
                if (await _open.ReadAsync(buffer, cancellationToken) is var read and > 0)
                {
                    return read;
                }

                await _open.DisposeAsync();
                _open = null;
            }

            if (!_waiting.TryDequeue(out var digest))
            {
                return 0;
            }

            _open = await artifacts.OpenAsync(digest, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _open?.Dispose();
        base.Dispose(disposing);
    }
}
