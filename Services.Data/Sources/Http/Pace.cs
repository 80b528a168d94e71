using System.Collections.Concurrent;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>Keeps the requests to each source apart; those of all ingestions of this process together.</summary>
internal sealed class Pace(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    public async Task WaitAsync(string source, double perSecond, CancellationToken cancellationToken)
    {
        var wait = _turns.GetOrAdd(source, _ => new Turn()).Take(time.GetUtcNow(), TimeSpan.FromSeconds(1 / perSecond));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private sealed class Turn
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _next;

        public TimeSpan Take(DateTimeOffset now, TimeSpan apart)
        {
            lock (_gate)
            {
                var turn = _next > now ? _next : now;
                _next = turn + apart;
                return turn - now;
            }
        }
    }
}
