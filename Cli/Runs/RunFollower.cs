using System.Net.ServerSentEvents;
using System.Text.Json;
using Skipper.Cli.Connections;
using Skipper.Cli.Output;

namespace Skipper.Cli.Runs;

/// <summary>Sees every event of a run, also where the connection or the gateway goes away in between.</summary>
internal sealed class RunFollower(ApiClient api, TimeProvider time, CancellationToken cancellationToken)
{
    private const int MostFailures = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The run, once it has ended.</summary>
    /// <param name="id">Which run.</param>
    /// <param name="seen">Called for each event, once.</param>
    /// <exception cref="ApiException">There is no such run, or nobody answers for half a minute.</exception>
    public async Task<JsonElement> FollowAsync(string id, Action<SseItem<string>> seen)
    {
        // Who names a wrong address or run learns so at once.
        var run = await api.GetAsync($"runs/{id}");
        string? last = null;
        for (var failures = 0; failures < MostFailures; failures++)
        {
            try
            {
                await foreach (var item in api.EventsAsync($"runs/{id}/events", last))
                {
                    last = item.EventId is { Length: > 0 } number ? number : last;
                    failures = 0;
                    seen(item);
                }

                run = await api.GetAsync($"runs/{id}");
                if (run.Find("finished_at") is not null)
                {
                    return run;
                }
            }
            catch (ApiException exception) when (exception.ExitCode == ExitCode.Unreachable || exception.Code == "unavailable")
            {
                // It is being restarted, perhaps: the run does not notice.
            }
            catch (IOException)
            {
                // The stream broke off.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw new ApiException(
            $"The connection was lost and did not come back. The run was {run.Text("state")} and goes on: 'skipper watch {id}'.",
            ExitCode.Unreachable);
    }
}
