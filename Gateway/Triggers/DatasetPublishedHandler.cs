using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Gateway.Triggers;

/// <summary>
/// Starts the workflow that is configured for a dataset when it has a new version, such as one that scores it. Every gateway hears of
/// it; the version is the idempotency key of the run, so it has one.
/// </summary>
internal sealed partial class DatasetPublishedHandler(
    IOptions<PublishedTriggerOptions> options, IRunLauncher launcher, ILogger<DatasetPublishedHandler> logger)
    : IEventHandler<DatasetPublished>
{
    public async Task HandleAsync(DatasetPublished message, CancellationToken cancellationToken)
    {
        var (name, version) = (message.Dataset.Name, message.Dataset.Version);
        if (!options.Value.Published.TryGetValue(name, out var trigger))
        {
            return;
        }

        try
        {
            var run = await launcher.StartAsync(Launch(name, version, trigger), cancellationToken);
            if (!run.Existed)
            {
                LogStarted(trigger.Workflow, run.Id, name, version);
            }
        }
        catch (MeshException exception)
        {
            // Nobody waits for an answer, so what is wrong is for the log.
            LogNotStarted(trigger.Workflow, name, version, exception.Message);
        }
    }

    private static RunLaunch Launch(string dataset, int version, PublishedTrigger trigger)
    {
        var input = new JsonObject { ["dataset"] = dataset, ["version"] = version };
        foreach (var (key, value) in trigger.Inputs)
        {
            input[key] = value;
        }

        var name = $"{dataset}/{version}";
        return new RunLaunch
        {
            Workflow = trigger.Workflow,
            Input = input.ToJsonString(JsonSerializerOptions.Web),
            Description = $"{dataset} has version {version}",
            Idempotency = new IdempotencyKey("published", name, Fingerprint.Of(Encoding.UTF8.GetBytes(name))),
        };
    }

    [LoggerMessage(LogLevel.Information, "Started {Workflow} (run {RunId}), as {Dataset} has version {Version}")]
    private partial void LogStarted(string workflow, Guid runId, string dataset, int version);

    [LoggerMessage(LogLevel.Warning, "Could not start {Workflow} for {Dataset} version {Version}: {Reason}")]
    private partial void LogNotStarted(string workflow, string dataset, int version, string reason);
}
