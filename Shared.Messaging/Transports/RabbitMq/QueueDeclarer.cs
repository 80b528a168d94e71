using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Skipper.Shared.Messaging.Transports.RabbitMq;

/// <summary>
/// Makes sure that a queue exists. One that does is used as it is: somebody shaped it on purpose, and other clients declare it in that
/// shape. One that does not is declared in the shape of its profile.
/// </summary>
internal sealed partial class QueueDeclarer(IOptions<QueueOptions> options, ILogger<QueueDeclarer> logger)
{
    private readonly ConcurrentDictionary<string, bool> _compared = new();
    private readonly ConcurrentDictionary<string, string> _denied = new();

    /// <summary>Why a queue of this process cannot be declared; null while all can.</summary>
    public string? Denial => _denied.IsEmpty ? null : _denied.Values.FirstOrDefault();

    /// <summary>Whether the broker denies this queue in its wanted shape.</summary>
    public bool IsDenied(string queue) => _denied.ContainsKey(queue);

    /// <summary>True when the queue is there; false when the broker denies it: asking again would only repeat that.</summary>
    public async Task<bool> EnsureAsync(IQueueBroker broker, string queue)
    {
        var wanted = options.Value.ShapeOf(queue);
        if (await broker.ExistsAsync(queue))
        {
            _denied.TryRemove(queue, out _);
            await CompareAsync(broker, queue, wanted);
            return true;
        }

        if (wanted.IsDurable || !TransientQueues.MayBeDenied(broker.Version))
        {
            await broker.DeclareAsync(queue, wanted);
            return true;
        }

        // Known since the first time: the next one to declare it, in another shape, may be a person or another client.
        return !IsDenied(queue) && await DeclareApartAsync(broker, queue, wanted);
    }

    /// <summary>The broker was replaced, perhaps by one that was told to permit what it denied.</summary>
    public void Forget() => _denied.Clear();

    private async Task<bool> DeclareApartAsync(IQueueBroker broker, string queue, QueueShape wanted)
    {
        try
        {
            await broker.DeclareApartAsync(queue, wanted);
        }
        catch (OperationInterruptedException exception) when (TransientQueues.IsDenial(exception.ShutdownReason))
        {
            _denied[queue] = $"RabbitMQ {broker.Version} denies transient queues, so {queue} cannot be declared: set "
                + $"{TransientQueues.Setting} on all nodes, or Skipper:Messaging:Queues:{queue}:Profile to Durable.";
            LogDenied(queue, broker.Version, TransientQueues.Setting, exception.ShutdownReason?.ReplyText);
            return false;
        }

        if (TransientQueues.AreDeniedByDefault(broker.Version))
        {
            LogPermitted(queue, broker.Version);
        }

        return true;
    }

    private async Task CompareAsync(IQueueBroker broker, string queue, QueueShape wanted)
    {
        // A declaration is the only way to compare: it changes nothing where the shape is the same and is refused where it is not. Where
        // it might close the connection instead, the shape is not worth knowing.
        if ((!wanted.IsDurable && TransientQueues.MayBeDenied(broker.Version)) || !_compared.TryAdd(queue, true))
        {
            return;
        }

        try
        {
            await broker.DeclareAsync(queue, wanted);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            LogDiffers(queue, wanted.ToString(), exception.ShutdownReason.ReplyText);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Used {Queue} as it is, though it should be {Wanted}: {Found}. To change it, stop its workers and callers, delete it when it is empty "
        + "(rabbitmqctl delete_queue {Queue}), and start the workers; or set Skipper:Messaging:Queues:{Queue}:Profile to what it is")]
    private partial void LogDiffers(string queue, string wanted, string found);

    [LoggerMessage(
        LogLevel.Error,
        "Could not declare {Queue}: RabbitMQ {Version} denies transient queues. Set {Setting} in rabbitmq.conf on all nodes (before an upgrade "
        + "to 4.3, which denies them by default), or Skipper:Messaging:Queues:{Queue}:Profile to Durable here. The broker said: {Reason}")]
    private partial void LogDenied(string queue, Version? version, string setting, string? reason);

    [LoggerMessage(
        LogLevel.Warning,
        "Declared the transient queue {Queue}, which RabbitMQ {Version} permits by a setting that a later version will not have; "
        + "set Skipper:Messaging:Queues:{Queue}:Profile to Durable when no skipper-lib client declares it any more")]
    private partial void LogPermitted(string queue, Version? version);
}
