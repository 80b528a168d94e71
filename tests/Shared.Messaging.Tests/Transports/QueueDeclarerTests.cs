using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Skipper.Shared.Messaging.Transports.RabbitMq;
using Skipper.Testing;

namespace Skipper.Shared.Messaging.Tests.Transports;

public sealed class QueueDeclarerTests
{
    private const string Queue = "skipper_training";

    private readonly LogLines _log = new();
    private readonly QueueOptions _options = new();

    [Theory]
    [InlineData("3.10.8", "declare transient")]
    [InlineData("4.2.0", "declare apart transient")]
    [InlineData("4.3.0", "declare apart transient")]
    public async Task A_missing_task_queue_is_declared_as_skipper_lib_does_apart_where_that_may_close_the_connection(string version, string did)
    {
        var broker = new FakeBroker(version);
        Assert.True(await Declarer().EnsureAsync(broker, Queue));
        Assert.Equal([did], broker.Did);
    }

    [Fact]
    public async Task A_broker_that_denies_transient_queues_is_asked_once_and_the_setting_is_named()
    {
        var broker = new FakeBroker("4.3.1") { DeniesTransient = true };
        var declarer = Declarer();

        Assert.False(await declarer.EnsureAsync(broker, Queue));
        Assert.False(await declarer.EnsureAsync(broker, Queue));

        Assert.Equal(["declare apart transient"], broker.Did);
        var line = Assert.Single(_log.Lines);
        Assert.Contains("deprecated_features.permit.transient_nonexcl_queues = true", line, StringComparison.Ordinal);
        Assert.Contains($"Skipper:Messaging:Queues:{Queue}:Profile to Durable", line, StringComparison.Ordinal);
        Assert.Contains("4.3.1", declarer.Denial, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denied_queue_that_somebody_else_declared_is_used()
    {
        var broker = new FakeBroker("4.3.0") { DeniesTransient = true };
        var declarer = Declarer();
        await declarer.EnsureAsync(broker, Queue);
        broker.Exists = true;
        Assert.True(await declarer.EnsureAsync(broker, Queue));
        Assert.Null(declarer.Denial);
    }

    [Fact]
    public async Task A_replaced_broker_is_asked_again()
    {
        var declarer = Declarer();
        await declarer.EnsureAsync(new FakeBroker("4.3.0") { DeniesTransient = true }, Queue);
        declarer.Forget();
        Assert.True(await declarer.EnsureAsync(new FakeBroker("4.3.0"), Queue));
        Assert.Null(declarer.Denial);
    }

    [Theory]
    [InlineData(null, "declare durable")]
    [InlineData("quorum", "declare durable quorum")]
    public async Task A_durable_queue_is_declared_so_on_any_version(string? type, string did)
    {
        _options.Queues[Queue] = new QueueProfile { Profile = "Durable", Type = type };
        var broker = new FakeBroker("4.3.0") { DeniesTransient = true };
        Assert.True(await Declarer().EnsureAsync(broker, Queue));
        Assert.Equal([did], broker.Did);
    }

    [Fact]
    public async Task A_queue_in_another_shape_is_used_and_the_difference_is_said_once()
    {
        _options.Queues[Queue] = new QueueProfile { Profile = "Durable" };
        var broker = new FakeBroker("3.10.8") { Exists = true, Differs = true };
        var declarer = Declarer();

        Assert.True(await declarer.EnsureAsync(broker, Queue));
        Assert.True(await declarer.EnsureAsync(broker, Queue));

        var line = Assert.Single(_log.Lines);
        Assert.Contains(Queue, line, StringComparison.Ordinal);
        Assert.Contains("should be durable", line, StringComparison.Ordinal);
        Assert.Contains("received 'true' but current is 'false'", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_that_could_close_the_connection_is_not_made()
    {
        var broker = new FakeBroker("4.3.0") { Exists = true, DeniesTransient = true };
        Assert.True(await Declarer().EnsureAsync(broker, Queue));
        Assert.Empty(broker.Did);
    }

    [Theory]
    [InlineData(Queue, "durable", null, "Profile must be Compat or Durable, was 'durable'")]
    [InlineData(Queue, "Durable", "stream", "Type must be classic or quorum, was 'stream'")]
    [InlineData(Queue, null, "quorum", "Type needs Skipper:Messaging:Queues:skipper_training:Profile to be Durable, was 'Compat'")]
    [InlineData("skipper.results", "Compat", null, "Profile must be Durable, because skipper.results is a queue of the mesh itself")]
    public void A_profile_that_cannot_be_is_refused_with_the_key(string queue, string? profile, string? type, string reason)
    {
        _options.Queues[queue] = new QueueProfile { Profile = profile, Type = type };
        var result = Assert.Single(_options.Validate(new(_options)));
        Assert.Contains($"Skipper:Messaging:Queues:{queue}:", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(reason, result.ErrorMessage, StringComparison.Ordinal);
    }

    private QueueDeclarer Declarer() => new(Options.Create(_options), _log.Logger<QueueDeclarer>());

    private sealed class FakeBroker(string version) : IQueueBroker
    {
        public bool Exists { get; set; }

        public bool Differs { get; init; }

        public bool DeniesTransient { get; init; }

        public List<string> Did { get; } = [];

        public Version? Version { get; } = Version.Parse(version);

        public Task<bool> ExistsAsync(string queue) => Task.FromResult(Exists);

        public Task DeclareAsync(string queue, QueueShape shape)
        {
            Did.Add($"declare {shape}");
            return Differs
                ? Refuse(406, $"PRECONDITION_FAILED - inequivalent arg 'durable' for queue '{queue}': received 'true' but current is 'false'")
                : Task.CompletedTask;
        }

        public Task DeclareApartAsync(string queue, QueueShape shape)
        {
            Did.Add($"declare apart {shape}");
            return DeniesTransient
                ? Refuse(541, "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated")
                : Task.CompletedTask;
        }

        private static Task Refuse(ushort code, string text) =>
            throw new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));
    }
}
