using System.Text.Json;
using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.RunsApi;

/// <summary>
/// Wakes who waits for a run. Changes of this process are told after their commit; those of other gateways are found by
/// <see cref="RunChangePoller"/>, so telling is never needed to be right, only to be quick.
/// </summary>
internal sealed class RunChanges(IOptions<RunWatchOptions> options, TimeProvider time)
{
    /// <summary>Stands for all runs: whoever watches it is woken by every change of this process.</summary>
    public static readonly Guid Any = Guid.Empty;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<RunWatch>> _watches = [];
    private int _clients;

    /// <summary>A change of this run was committed. Never blocks.</summary>
    public void Changed(Guid runId)
    {
        if (Volatile.Read(ref _clients) == 0)
        {
            return;
        }

        lock (_gate)
        {
            Set(runId);
            Set(Any);
        }
    }

    /// <summary>Begins to watch: look at the run after this, or a change in between is missed. Dispose to end.</summary>
    /// <exception cref="MeshException">Too many clients wait (<c>unavailable</c>).</exception>
    public RunWatch Watch(Guid runId)
    {
        var most = options.Value.MaxClients;
        lock (_gate)
        {
            if (_clients >= most)
            {
                throw new MeshException(
                    ErrorCode.Unavailable, $"{most} clients wait for runs already, which is as many as may. Ask without waiting.")
                {
                    Details = JsonSerializer.SerializeToElement(new { retry_after_seconds = 5 }),
                };
            }

            var watch = new RunWatch(runId, End, time);
            if (!_watches.TryGetValue(runId, out var watches))
            {
                _watches[runId] = watches = [];
            }

            watches.Add(watch);
            Volatile.Write(ref _clients, _clients + 1);
            return watch;
        }
    }

    /// <summary>The runs that somebody waits for.</summary>
    public IReadOnlyList<Guid> Watched()
    {
        lock (_gate)
        {
            return [.. _watches.Keys.Where(id => id != Any)];
        }
    }

    private void Set(Guid runId)
    {
        foreach (var watch in _watches.GetValueOrDefault(runId) ?? [])
        {
            watch.Set();
        }
    }

    private void End(RunWatch watch)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(watch.RunId, out var watches) || !watches.Remove(watch))
            {
                return;
            }

            Volatile.Write(ref _clients, _clients - 1);
            if (watches.Count == 0)
            {
                _watches.Remove(watch.RunId);
            }
        }
    }
}
