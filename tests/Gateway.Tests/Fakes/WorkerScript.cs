using System.Collections.Concurrent;
using System.Text;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Gateway.Tests.Fakes;

/// <summary>What the workers of a test do with a message, and what they were asked.</summary>
internal sealed class WorkerScript
{
    public ConcurrentQueue<(string Queue, string Body)> Calls { get; } = new();

    public Func<string, MessageContext, CancellationToken, Task<string>> Answer { get; set; } = Completed;

    public void Answers(string text) => Answer = (_, _, _) => Task.FromResult(text);

    public void Reset()
    {
        Calls.Clear();
        Answer = Completed;
    }

    public void Throws(Exception exception) => Answer = (_, _, _) => throw exception;

    private static Task<string> Completed(string body, MessageContext context, CancellationToken cancellationToken) =>
        Task.FromResult("""{"result":"TASK_COMPLETED"}""");
}

/// <summary>A worker that follows a <see cref="WorkerScript"/>.</summary>
internal sealed class ScriptedHandler(WorkerScript script) : IMessageHandler<RawJson, RawJson>
{
    public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetString(message.Utf8.Span);
        script.Calls.Enqueue((context.Queue, body));
        return new RawJson(Encoding.UTF8.GetBytes(await script.Answer(body, context, cancellationToken)));
    }
}
