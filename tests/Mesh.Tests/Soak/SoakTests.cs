using Skipper.Mesh.Tests.Soak.Suite;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Soak;

/// <summary>The short form of <c>bench soak</c>.</summary>
public sealed class SoakTests
{
    private static readonly SoakOptions Options = new(
        Runs: 500, Clients: 8, Outstanding: 60, Kills: 10, LongestAway: TimeSpan.FromSeconds(2), Seed: 4);

    [Fact]
    public async Task Runs_end_once_with_each_effect_once_while_everything_is_killed()
    {
        // Where there are no servers to test with, none can be started either.
        _ = TestServers.RabbitMq;

        var result = await new SoakSuite(Options, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(result.ToString());
        Assert.True(result.Violations.Count == 0, result.ToString());
        Assert.Equal(Options.Runs, result.Accepted);
        Assert.Equal(new Dictionary<string, int> { ["succeeded"] = Options.Runs }, result.States);
        Assert.Equal(3 * Options.Runs, result.Effects);
        Assert.Equal(Options.Kills, result.Kills.Values.Sum());
        Assert.All(SoakMesh.Targets, target => Assert.True(result.Kills.GetValueOrDefault(target) > 0, target));
    }
}
