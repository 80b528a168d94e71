namespace Skipper.Gateway.Tests.Fakes;

/// <summary>One gateway for all tests of a class, which run one after the other; each begins with a fresh script.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private GatewayHost host = null!;

    public async ValueTask InitializeAsync() => host = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    internal GatewayHost Fresh()
    {
        host.Script.Reset();
        return host;
    }
}
