namespace Skipper.Gateway.Tests.Fakes;

/// <summary>
/// One gateway for all tests of a class, which run one after the other; each begins with a fresh script.
/// </summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private GatewayHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    internal GatewayHost Fresh()
    {
        _host.Script.Reset();
        return _host;
    }
}
