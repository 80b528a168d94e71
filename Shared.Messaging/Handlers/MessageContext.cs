using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Shared.Messaging.Handlers;

/// <summary>How a message came to its handler.</summary>
public sealed class MessageContext
{
    /// <summary>Takes progress; never blocks, the newest report wins.</summary>
    internal Action<Progress>? ProgressSink { get; init; }

    /// <summary>Takes parts; null where the caller did not ask for them.</summary>
    internal Func<ReadOnlyMemory<byte>, CancellationToken, Task>? PartSink { get; init; }

    /// <summary>The queue it came from.</summary>
    public required string Queue { get; init; }

    /// <summary>The <c>task_type</c> of the body; empty where the body has none.</summary>
    public required string TaskType { get; init; }

    /// <summary>The caller's correlation id.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>When the caller stops waiting, UTC; absent = it waits forever.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether the broker may have delivered this message before.</summary>
    public bool Redelivered { get; init; }

    /// <summary>The durable run this message executes a step of; absent for a synchronous call.</summary>
    public Guid? RunId { get; init; }

    /// <summary>
    /// The same for all attempts at a step of a run and for nothing else: by it a handler finds what an earlier attempt has done. Absent
    /// for a synchronous call.
    /// </summary>
    public Guid? StepId => RunId is { } runId ? IdOf($"{runId}:{StepOf(CorrelationId)}") : null;

    /// <summary>The correlation id of an attempt without its number.</summary>
    private static string StepOf(string correlationId) =>
        correlationId.LastIndexOf(':') is var end and > 0 ? correlationId[..end] : correlationId;

    private static Guid IdOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>Reports progress to whoever follows the task; without effect on a call that nobody follows.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">What is being done, one line.</param>
    public void Report(double percent, string? message) =>
        ProgressSink?.Invoke(new Progress(Math.Clamp(percent, 0, 100), message));

    /// <summary>Whether the caller takes parts; where it does not, making them is lost work.</summary>
    public bool TakesParts => PartSink is not null;

    /// <summary>
    /// Sends a partial result to a caller that asked for parts, in order, and waits while it is behind; without effect on any other
    /// caller, so the reply must hold everything that such a caller needs.
    /// </summary>
    /// <param name="part">The part; <see cref="RawJson"/> is sent as it is.</param>
    /// <param name="cancellationToken">The handler's own: nobody takes parts of work that was cancelled.</param>
    public Task SendPartAsync<TPart>(TPart part, CancellationToken cancellationToken) => PartSink is { } send
        ? send(part is RawJson raw ? raw.Utf8 : JsonSerializer.SerializeToUtf8Bytes(part, MessageJson.Options), cancellationToken)
        : Task.CompletedTask;
}
