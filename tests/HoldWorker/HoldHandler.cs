using System.Text.Json;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.HoldWorker;

/// <summary>Works until a file is there, so that a test decides when a step is done, and says on its output what it does.</summary>
internal sealed class HoldHandler(HoldOptions options, TimeProvider time) : IMessageHandler<RawJson, RawJson>
{
    public async Task<RawJson> HandleAsync(RawJson message, MessageContext context, CancellationToken cancellationToken)
    {
        Console.WriteLine($"begun {context.CorrelationId}");
        try
        {
            while (!File.Exists(options.Release))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"stopped {context.CorrelationId}");
            throw;
        }

        return new RawJson(JsonSerializer.SerializeToUtf8Bytes(new { worker = Environment.ProcessId, attempt = context.CorrelationId }));
    }
}
