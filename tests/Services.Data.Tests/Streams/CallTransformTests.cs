using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skipper.Services.Data.Streams;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Data.Tests.Streams;

public sealed class CallTransformTests
{
    private static readonly StreamCall Call = new()
    {
        Task = "double",
        Queue = "numbers",
        With = JsonSerializer.SerializeToElement(new { model = "m@3" }),
        Send = ["n"],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_get_their_results_and_a_worker_gets_the_members_it_asked_for()
    {
        var worker = new Worker();
        var records = Records(1, 2, 3);

        await new CallTransform(Call, worker, TimeProvider.System).TransformAsync(records, Token);

        Assert.Equal([2, 4, 6], records.Select(record => record.Value["prediction"]!.GetValue<int>()));
        Assert.All(records, record => Assert.Equal("kept", record.Value["other"]!.GetValue<string>()));
        Assert.Equal(
            ["numbers {\"task_type\":\"double\",\"data\":{\"model\":\"m@3\",\"rows\":[{\"n\":1},{\"n\":2},{\"n\":3}]}}"], worker.Calls);
    }

    [Fact]
    public async Task A_record_that_is_refused_stops_none_of_its_batch()
    {
        var worker = new Worker { Refused = [3, 8] };
        var records = Records([.. Enumerable.Range(1, 10)]);

        await new CallTransform(Call, worker, TimeProvider.System).TransformAsync(records, Token);

        Assert.Equal([3L, 8], records.Where(record => !record.IsAlive).Select(record => record.Position));
        Assert.All(records.Where(record => !record.IsAlive), record =>
            Assert.Equal(("call", $"I do not like {record.Position}."), record.Failure));
        Assert.All(records.Where(record => record.IsAlive), record =>
            Assert.Equal(2 * record.Position, record.Value["prediction"]!.GetValue<long>()));
    }

    [Fact]
    public async Task A_worker_that_is_away_for_a_moment_is_asked_again()
    {
        var worker = new Worker { Absences = 2 };
        var records = Records(5);

        await new CallTransform(Call, worker, new InstantTime()).TransformAsync(records, Token);

        Assert.Equal(10, records[0].Value["prediction"]!.GetValue<int>());
        Assert.Equal(3, worker.Calls.Count);
    }

    [Fact]
    public async Task A_worker_that_stays_away_fails_the_stream_and_no_record()
    {
        var records = Records(5);

        var exception = await Assert.ThrowsAsync<MeshException>(
            () => new CallTransform(Call, new Worker { Absences = 99 }, new InstantTime()).TransformAsync(records, Token));

        Assert.Equal((ErrorCode.Unavailable, true), (exception.Code, exception.Retryable));
        Assert.True(records[0].IsAlive);
    }

    [Fact]
    public async Task An_answer_of_another_shape_fails_the_stream()
    {
        var call = Call with { Results = "scores" };

        var exception = await Assert.ThrowsAsync<MeshException>(
            () => new CallTransform(call, new Worker(), TimeProvider.System).TransformAsync(Records(1), Token));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("one item a row in 'scores', 1 in all", exception.Message, StringComparison.Ordinal);
    }

    private static StreamRecord[] Records(params int[] numbers) =>
        [.. numbers.Select(n => new StreamRecord(n, new JsonObject { ["n"] = n, ["other"] = "kept" }))];

    /// <summary>Doubles numbers.</summary>
    private sealed class Worker : IRpcClient
    {
        public int[] Refused { get; init; } = [];

        public int Absences { get; set; }

        public List<string> Calls { get; } = [];

        public Task<TReply> CallAsync<TReply>(
            IRequest<TReply> request, CallOptions options = default, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>> CallAsync(
            string queue, ReadOnlyMemory<byte> body, CallOptions options = default, CancellationToken cancellationToken = default)
        {
            Calls.Add($"{queue} {Encoding.UTF8.GetString(body.Span)}");
            if (Absences-- > 0)
            {
                throw MeshException.Unavailable("Nobody is there.");
            }

            var rows = JsonNode.Parse(body.Span)!["data"]!["rows"]!.AsArray().Select(row => row!["n"]!.GetValue<int>()).ToList();
            return rows.Find(Refused.Contains) is var refused and > 0
                ? throw MeshException.InvalidArgument($"I do not like {refused}.")
                : Task.FromResult<ReadOnlyMemory<byte>>(
                    JsonSerializer.SerializeToUtf8Bytes(new { predictions = rows.Select(n => 2 * n) }));
        }
    }

    /// <summary>Pauses end as soon as they begin.</summary>
    private sealed class InstantTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
