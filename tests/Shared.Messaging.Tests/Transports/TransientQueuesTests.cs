using System.Text;
using Skipper.Shared.Messaging.Transports.RabbitMq;

namespace Skipper.Shared.Messaging.Tests.Transports;

/// <summary>Server properties are made up here: only 3.10 is installed where these tests run.</summary>
public sealed class TransientQueuesTests
{
    [Theory]
    [InlineData("3.10.8", false, false)]
    [InlineData("3.11.28", false, false)]
    [InlineData("3.12.0", true, false)]
    [InlineData("4.2.1", true, false)]
    [InlineData("4.3.0", true, true)]
    [InlineData("4.3.0-beta.1", true, true)]
    [InlineData("4.10.2+1.gabc", true, true)]
    [InlineData("5.0.0", true, true)]
    [InlineData("unheard of", true, false)]
    [InlineData(null, true, false)]
    public void The_version_tells_whether_a_transient_queue_may_be_declared(string? version, bool mayBeDenied, bool areDenied)
    {
        var properties = new Dictionary<string, object?> { ["product"] = Encoding.UTF8.GetBytes("RabbitMQ") };
        if (version is not null)
        {
            properties["version"] = Encoding.UTF8.GetBytes(version);
        }

        var known = TransientQueues.VersionOf(properties);
        Assert.Equal((mayBeDenied, areDenied), (TransientQueues.MayBeDenied(known), TransientQueues.AreDeniedByDefault(known)));
    }

    [Fact]
    public void A_broker_without_properties_has_no_version() => Assert.Null(TransientQueues.VersionOf(null));
}
