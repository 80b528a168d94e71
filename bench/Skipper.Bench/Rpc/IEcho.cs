namespace Skipper.Bench.Rpc;

/// <summary>An RPC client and its echo worker, in one process, over the same broker.</summary>
internal interface IEcho : IAsyncDisposable
{
    Task CallAsync();
}
