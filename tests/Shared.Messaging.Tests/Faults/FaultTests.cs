using Skipper.Shared.Messaging.Tests.Faults.Suite;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Faults;

/// <summary>The short form of <c>bench faults</c>: a few hundred calls around each fault.</summary>
public sealed class FaultTests(BrokerOfItsOwn broker) : IClassFixture<BrokerOfItsOwn>
{
    private static readonly FaultSuiteOptions Options = new(
        Callers: 8, Calls: 300, Deadline: TimeSpan.FromSeconds(10), Patience: TimeSpan.FromSeconds(20), Outage: TimeSpan.FromSeconds(2));

    public static TheoryData<string> Faults => new(Fault.All.Select(fault => fault.Name));

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_call_has_one_clear_outcome_and_traffic_flows_again(string name)
    {
        var suite = new FaultSuite(broker.Servers, Options, TimeProvider.System);

        var result = await suite.RunAsync(Fault.All.Single(fault => fault.Name == name), TestContext.Current.CancellationToken);

        Assert.True(result.Violations == 0, result.ToString());
        Assert.True(result.Calls >= Options.Calls, result.ToString());
        Assert.NotNull(result.Recovery);
    }
}

/// <summary>A broker that may be killed.</summary>
public sealed class BrokerOfItsOwn : IAsyncLifetime
{
    public PrivateServers Servers { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Where there is no broker to test with, none can be started either.
        _ = TestServers.RabbitMq;
        Servers = await PrivateServers.StartAsync(TestContext.Current.CancellationToken, "broker");
    }

    public ValueTask DisposeAsync() => Servers is null ? default : Servers.DisposeAsync();
}
