using System.Reflection;
using Skipper.Shared.Messaging.Transports;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>A transport whose deliveries are counted. Generated, because only one member of the interface matters here.</summary>
public class WatchedTransport : DispatchProxy
{
    private ITransport _transport = null!;
    private DeliveryLedger _ledger = null!;

    internal void Set(ITransport transport, DeliveryLedger ledger) => (_transport, _ledger) = (transport, ledger);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(ITransport.ConsumeAsync))
        {
            var receive = (Action<Delivery>)args![2]!;
            args[2] = (Action<Delivery>)(delivery => receive(_ledger.Count(delivery)));
        }

        try
        {
            return targetMethod.Invoke(_transport, args);
        }
        catch (TargetInvocationException exception)
        {
            throw exception.InnerException!;
        }
    }
}
