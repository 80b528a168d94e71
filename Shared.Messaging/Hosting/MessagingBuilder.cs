using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Payloads;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>What a service listens to: a table of contents.</summary>
public sealed class MessagingBuilder
{
    private readonly IServiceCollection _services;

    internal MessagingBuilder(IServiceCollection services) => _services = services;

    /// <summary>
    /// Registers the one handler of a contract, on the queue and <c>task_type</c> of its <see
    /// cref="TaskTypeAttribute"/>.
    /// </summary>
    /// <param name="fallback">Also answers messages on this queue whose <c>task_type</c> nobody else handles.</param>
    /// <param name="deduplicate">
    /// Answers a request that comes again within a window (<see cref="Duplicates.DuplicateOptions"/>) with the same reply, without
    /// handling it again. Remembered per process: a repetition that reaches another worker, or this one after a restart, is handled.
    /// </param>
    public MessagingBuilder Handle<TMessage, TReply, THandler>(bool fallback = false, bool deduplicate = false)
        where THandler : class, IMessageHandler<TMessage, TReply>
    {
        var contract = ContractOf<TMessage>(typeof(THandler));
        return Handle<TMessage, TReply, THandler>(contract.Queue, contract.Name, fallback, deduplicate);
    }

    /// <summary>Registers the one handler of a contract that reads the message and writes the reply by itself.</summary>
    public MessagingBuilder HandleRaw<TMessage, THandler>()
        where THandler : class, IMessageHandler<RawJson, RawJson>
    {
        var contract = ContractOf<TMessage>(typeof(THandler));
        return Handle<RawJson, RawJson, THandler>(contract.Queue, contract.Name);
    }

    /// <summary>Registers a handler on a queue and task type that are not those of a contract.</summary>
    /// <param name="queue">The queue to consume.</param>
    /// <param name="taskType">The <c>task_type</c> to answer.</param>
    /// <param name="fallback">Also answers messages on this queue whose <c>task_type</c> nobody else handles.</param>
    /// <param name="deduplicate">
    /// Answers a request that comes again within a window (<see cref="Duplicates.DuplicateOptions"/>) with the same reply, without
    /// handling it again. Remembered per process: a repetition that reaches another worker, or this one after a restart, is handled.
    /// </param>
    public MessagingBuilder Handle<TMessage, TReply, THandler>(
        string queue, string taskType, bool fallback = false, bool deduplicate = false)
        where THandler : class, IMessageHandler<TMessage, TReply>
    {
        _services.TryAddSingleton<THandler>();
        _services.AddSingleton(
            HandlerRegistration.Create<TMessage, TReply, THandler>(queue, taskType, fallback, deduplicate));
        return this;
    }

    /// <summary>
    /// How many messages of a queue are handled at a time, which is also its prefetch. Default: four per core.
    /// </summary>
    public MessagingBuilder Concurrency(string queue, int concurrency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        _services.AddSingleton(new QueueConcurrency(queue, concurrency));
        return this;
    }

    /// <summary>
    /// Makes a queue the first of two: the answer to a message that names no reply queue goes to the second one, with the same
    /// correlation id, safely before the message is acknowledged. An error goes there too; what can never work, moreover, to
    /// <see cref="Queues.Dead"/>.
    /// </summary>
    public MessagingBuilder AnswersTo(string queue, string answers)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(answers, queue);
        _services.AddSingleton(new AnswerQueue(queue, answers));
        return this;
    }

    /// <summary>Subscribes this process to an event.</summary>
    public MessagingBuilder Subscribe<TEvent, THandler>()
        where TEvent : class
        where THandler : class, IEventHandler<TEvent>
    {
        _services.TryAddSingleton<THandler>();
        _services.AddSingleton(EventSubscription.Create<TEvent, THandler>());
        return this;
    }

    /// <summary>
    /// Keeps large bodies in a store that all processes share (see <see cref="IPayloadStore"/>), once per process.
    /// </summary>
    /// <typeparam name="TStore">The store, a registered service that need not know this library.</typeparam>
    public MessagingBuilder Payloads<TStore>(Func<TStore, PutPayload> put, Func<TStore, OpenPayload> open)
        where TStore : notnull
    {
        _services.TryAddSingleton<IPayloadStore>(services =>
        {
            var store = services.GetRequiredService<TStore>();
            return new AdaptedPayloadStore(put(store), open(store));
        });
        return this;
    }

    private static TaskTypeAttribute ContractOf<TMessage>(Type handler) =>
        typeof(TMessage).GetCustomAttribute<TaskTypeAttribute>() ?? throw new InvalidOperationException(
            $"{typeof(TMessage)} has no [TaskType]. Add it, or name queue and task type when registering {handler}.");
}
