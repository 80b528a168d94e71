using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Soak.Worker;

/// <summary>Takes a few milliseconds, so that a kill finds it in the middle of its work.</summary>
internal sealed class SoakWorkHandler(EffectLog log, TimeProvider time) : IMessageHandler<SoakWork, SoakEffect>
{
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(5);

    // Idempotent by nothing, on purpose: that an effect counts once is the business of whoever stores it.
    public async Task<SoakEffect> HandleAsync(SoakWork message, MessageContext context, CancellationToken cancellationToken)
    {
        var effect = new SoakEffect(message.Data.Key, message.Data.After, $"{Guid.NewGuid():N}");
        log.Add(effect);
        await Task.Delay(Takes, time, cancellationToken);
        return effect;
    }
}
