using System.Collections.Concurrent;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Tests.RunsApi;

/// <summary>Remembers what was asked of it.</summary>
internal sealed class FakeRunControl : IRunControl
{
    public ConcurrentQueue<(Guid Id, string? Reason, bool Force)> Cancelled { get; } = new();

    public ConcurrentQueue<(Guid Id, string From)> Repeated { get; } = new();

    public string State { get; set; } = RunState.Running;

    public Guid NewId { get; } = Guid.CreateVersion7();

    public MeshException? Refusal { get; set; }

    public Task<string> CancelAsync(Guid id, string? reason, bool force, CancellationToken cancellationToken)
    {
        Cancelled.Enqueue((id, reason, force));
        return Refusal is null ? Task.FromResult(State) : Task.FromException<string>(Refusal);
    }

    public Task<Guid> RerunAsync(Guid id, string from, CancellationToken cancellationToken)
    {
        Repeated.Enqueue((id, from));
        return Refusal is null ? Task.FromResult(NewId) : Task.FromException<Guid>(Refusal);
    }
}
