using Microsoft.Extensions.DependencyInjection;
using Skipper.Shared.Messaging.Events;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Hosting;

/// <summary>What a service listens to: a table of contents.</summary>
public sealed class MessagingBuilder
{
    internal MessagingBuilder(IServiceCollection services, string service)
    {
        Services = services;
        Service = service;
    }

    internal IServiceCollection Services { get; }

    internal string Service { get; }

    /// <summary>Registers the one handler of a contract, on the queue and <c>task_type</c> of its <see cref="Contracts.TaskTypeAttribute"/>.</summary>
    /// <param name="fallback">Also answers messages on this queue whose <c>task_type</c> nobody else handles.</param>
    public MessagingBuilder Handle<TMessage, TReply, THandler>(bool fallback = false)
        where THandler : class, IMessageHandler<TMessage, TReply> =>
        throw new NotSupportedException($"{Service}: {typeof(THandler)} {fallback}");

    /// <summary>Registers a handler on a queue and task type that are not those of a contract.</summary>
    public MessagingBuilder Handle<TMessage, TReply, THandler>(string queue, string taskType, bool fallback = false)
        where THandler : class, IMessageHandler<TMessage, TReply> =>
        throw new NotSupportedException($"{queue} {taskType} {fallback} {Services.Count}");

    /// <summary>How many messages of a queue are handled at a time, which is also its prefetch. Default: four per core.</summary>
    public MessagingBuilder Concurrency(string queue, int concurrency) =>
        throw new NotSupportedException($"{queue} {concurrency} {Services.Count}");

    /// <summary>Subscribes this process to an event.</summary>
    public MessagingBuilder Subscribe<TEvent, THandler>()
        where TEvent : class
        where THandler : class, IEventHandler<TEvent> =>
        throw new NotSupportedException($"{Services.Count}");
}
