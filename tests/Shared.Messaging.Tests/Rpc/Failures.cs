using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Rpc;

/// <summary>Work that fails a few times before it succeeds.</summary>
internal sealed class Failures(int count, MeshException error)
{
    private int _calls;

    public int Calls => _calls;

    public Task<string> DoAsync(MessageContext context, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _calls) <= count ? throw error : Task.FromResult("""{"value":7}""");
}
