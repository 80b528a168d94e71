using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Events;

namespace Skipper.Gateway.Triggers;

/// <summary>
/// Starts the workflow that is configured for a dataset that has drifted. Every gateway hears of it: the row of the trigger lets one
/// through, and the deduplication key keeps it to one unfinished run.
/// </summary>
internal sealed partial class DriftDetectedHandler(
    IOptions<DriftTriggerOptions> options, TriggerStore triggers, IRunLauncher launcher, ILogger<DriftDetectedHandler> logger)
    : IEventHandler<DriftDetected>
{
    public async Task HandleAsync(DriftDetected message, CancellationToken cancellationToken)
    {
        if (!options.Value.Drift.TryGetValue(message.Dataset, out var trigger))
        {
            return;
        }

        var name = $"drift/{message.Dataset}";
        if (!await triggers.TryTakeAsync(name, TimeSpan.FromHours(trigger.CooldownHours), cancellationToken))
        {
            LogResting(message.Dataset, message.Version, trigger.CooldownHours);
            return;
        }

        try
        {
            var run = await launcher.StartAsync(Launch(message, trigger, name), cancellationToken);
            LogStarted(trigger.Workflow, run.Id, message.Dataset, message.Version);
        }
        catch (MeshException exception)
        {
            // Nobody waits for an answer: an unfinished run is reason enough not to start another, anything else is for the log.
            LogNotStarted(trigger.Workflow, message.Dataset, message.Version, exception.Message);
        }
    }

    private static RunLaunch Launch(DriftDetected message, DriftTrigger trigger, string name)
    {
        var input = new JsonObject { ["dataset"] = message.Dataset, ["version"] = message.Version };
        foreach (var (key, value) in trigger.Inputs)
        {
            input[key] = value;
        }

        var columns = string.Join(
            ", ", message.Drift.SelectMany(compared => compared.Columns).Select(column => column.Column).Distinct());
        return new RunLaunch
        {
            Workflow = trigger.Workflow,
            Input = input.ToJsonString(JsonSerializerOptions.Web),
            Description = message.Model is { } model
                ? $"What is asked of model {model} version {message.ModelVersion} has drifted from {message.Dataset} version "
                    + $"{message.Version}: {columns}"
                : $"{message.Dataset} version {message.Version} has drifted: {columns}",
            DedupKey = name,
        };
    }

    [LoggerMessage(LogLevel.Information, "Started {Workflow} (run {RunId}), as {Dataset} version {Version} has drifted")]
    private partial void LogStarted(string workflow, Guid runId, string dataset, int version);

    [LoggerMessage(LogLevel.Information, "{Dataset} version {Version} has drifted; nothing is started within {CooldownHours} hours")]
    private partial void LogResting(string dataset, int version, double cooldownHours);

    [LoggerMessage(LogLevel.Warning, "Could not start {Workflow} for the drift of {Dataset} version {Version}: {Reason}")]
    private partial void LogNotStarted(string workflow, string dataset, int version, string reason);
}
