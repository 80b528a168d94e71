using Skipper.Services.Serving.Lanes;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>
/// Over random calls, options, faults, deadlines and cancellations, on a simulated clock: a failure names the seed that repeats it.
/// </summary>
public sealed class LanePropertyTests
{
    private const int Seeds = 400;
    private const int Steps = 80;

    [Fact]
    public async Task Nobody_gets_what_is_not_his_and_everybody_gets_an_answer()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                using var scenario = new Scenario(seed);
                await scenario.RunAsync();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private sealed class Scenario : IDisposable
    {
        private readonly Random _random;
        private readonly BatchingOptions _options;
        private readonly LaneBench _bench;
        private readonly double _faults;
        private readonly List<Caller> _callers = [];
        private readonly Dictionary<double, Caller> _owners = [];
        private readonly HashSet<double> _seen = [];
        private readonly List<string> _broken = [];
        private double _next = 1;
        private bool _isOpen;

        public Scenario(int seed)
        {
            _random = new Random(seed);
            _options = new BatchingOptions
            {
                MaxRows = _random.Next(1, 20),
                MaxQueuedRows = _random.Next(20, 200),
                MaxHoldMilliseconds = _random.Next(0, 4),
            };
            _faults = _random.Next(3) * 0.05;
            _bench = new LaneBench(
                _random.Next(3) switch { 0 => 0, 1 => 0.02, _ => 5 },
                _random.NextDouble() < 0.5 ? 0.001 : 1,
                _options,
                _random.Next(1, 4),
                Score);
            if (_random.Next(4) > 0)
            {
                _bench.Warm();
            }

            _isOpen = true;
        }

        public async Task RunAsync()
        {
            for (var step = 0; step < Steps; step++)
            {
                Step();
            }

            while (_bench.Threads.Waiting > 0 || _bench.Statistics.QueuedRows > 0)
            {
                _bench.Threads.RunAll();
                _bench.Time.Advance(10);
            }

            foreach (var caller in _callers)
            {
                await RequireAsync(caller);
                caller.GivenUp.Dispose();
            }

            Assert.Empty(_broken);
        }

        public void Dispose() => _bench.Dispose();

        private void Step()
        {
            switch (_random.Next(10))
            {
                case < 5:
                    Call();
                    break;
                case < 8 when _bench.Threads.Waiting > 0:
                    _bench.Threads.RunOne();
                    break;
                case 8 when _callers.Count > 0:
                    _callers[_random.Next(_callers.Count)].GivenUp.Cancel();
                    break;
                default:
                    _bench.Time.Advance(_random.NextDouble() * 5);
                    break;
            }
        }

        private void Call()
        {
            double[] rows = [.. Enumerable.Range(0, _random.Next(3) == 0 ? _random.Next(60) : 1).Select(_ => _next++)];
            var within = _random.Next(3) == 0 ? _random.NextDouble() * 40 : (double?)null;
            var caller = new Caller(
                IsAlone: _random.Next(10) == 0,
                Deadline: within is { } time ? _bench.Time.GetTimestamp() + (long)(time * TimeSpan.TicksPerMillisecond) : null,
                GivenUp: new CancellationTokenSource());
            Array.ForEach(rows, row => _owners.Add(row, caller));
            try
            {
                caller.Answer = _bench.Score(rows, _random.Next(2) == 0, caller.IsAlone, within, caller.GivenUp);
                _callers.Add(caller);
            }
            catch (MeshException exception) when (exception is { Code: ErrorCode.ResourceExhausted, RetryAfterSeconds: > 0 })
            {
                caller.GivenUp.Dispose();
            }
        }

        private void Score(Matrix features)
        {
            if (!_isOpen)
            {
                return;
            }

            var owners = features.Values.Select(value => _owners[value]).Distinct().ToList();
            Require(features.Rows <= _options.MaxRows || features.Rows <= 8, $"a batch of {features.Rows} rows");
            Require(owners.Count == 1 || !owners.Exists(owner => owner.IsAlone), "a redelivered call shares a batch");
            foreach (var value in features.Values.Where(_seen.Add))
            {
                Require(!(_owners[value].Deadline <= _bench.Time.GetTimestamp()), $"row {value} is scored after its deadline");
                Require(!_owners[value].GivenUp.IsCancellationRequested, $"row {value} is scored after it was given up");
            }

            if (features.Values.Any(IsPoison) || _random.NextDouble() < _faults)
            {
                throw new ArithmeticException("A fault.");
            }

            if (_random.NextDouble() < _faults / 4)
            {
                throw MeshException.Unavailable("Away.");
            }
        }

        private async Task RequireAsync(Caller caller)
        {
            try
            {
                await caller.Answer!.RequireOwnAsync();
                Assert.All(
                    Enumerable.Range(0, caller.Answer.Rows.Count).Where(row => IsPoison(caller.Answer.Rows.Features[row, 0])),
                    row => Assert.NotNull(caller.Answer.Rows.Error(row)));
            }
            catch (ArithmeticException)
            {
                Require(!caller.Answer!.Rows.EachAlone, "a fault failed a call that wants an answer for each row");
            }
            catch (OperationCanceledException)
            {
                Require(caller.GivenUp.IsCancellationRequested, "a call was given up by nobody");
            }
            catch (MeshException exception)
            {
                Require(
                    exception.Code is ErrorCode.Unavailable || (exception.Code is ErrorCode.DeadlineExceeded && caller.Deadline is not null),
                    exception.Message);
            }
        }

        // An exception in the engine would be a fault of the engine.
        private void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                _broken.Add(otherwise);
            }
        }

        private static bool IsPoison(double value) => value % 23 == 0;
    }

    private sealed record Caller(bool IsAlone, long? Deadline, CancellationTokenSource GivenUp)
    {
        public LaneAnswer? Answer { get; set; }
    }
}
