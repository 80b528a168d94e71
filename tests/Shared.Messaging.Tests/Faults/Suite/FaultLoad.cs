using System.Text.Json;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Shared.Messaging.Tests.Faults.Suite;

/// <summary>Callers that never stop calling, and what became of each of their calls.</summary>
internal sealed class FaultLoad(FaultMesh mesh, TimeSpan deadline, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private long _made;
    private int _answered;
    private int _unavailable;
    private int _late;
    private int _wrong;
    private int _unclear;
    private int _hung;
    private int _lost;
    private long _backAt = long.MaxValue;
    private long _flowsAt;
    private int _answeredSinceBack;

    public int Made => (int)Volatile.Read(ref _made);

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Answers to calls that were begun after the fault was over.</summary>
    public int AnsweredSinceBack => Volatile.Read(ref _answeredSinceBack);

    /// <summary>The first thing that went wrong in a way that no caller should see.</summary>
    public string? FirstUnclear { get; private set; }

    /// <summary>The fault is over from now on.</summary>
    public void MarkBack() => Volatile.Write(ref _backAt, time.GetTimestamp());

    /// <summary>Calls until <see cref="StopAsync"/>.</summary>
    public Task RunAsync(int callers) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync)));

    public Task StopAsync() => _stopping.CancelAsync();

    /// <summary>One call more, besides the callers.</summary>
    public Task CallOnceAsync(int takes, TimeSpan timeout) => CallAsync(takes, timeout);

    public FaultResult Result(string fault, int repeated, int unanswered) => new()
    {
        Fault = fault,
        Calls = Made,
        Answered = _answered,
        Unavailable = _unavailable,
        DeadlineExceeded = _late,
        Unclear = _unclear,
        Wrong = _wrong,
        Lost = _lost,
        Hung = _hung,
        AnsweredTwice = (int)Math.Max(0, (long)_answered + _unavailable + _late + _unclear + _wrong + _lost - Made),
        RunWithoutAnswer = unanswered,
        Repeated = repeated,
        Recovery = _flowsAt == 0 ? null : time.GetElapsedTime(_backAt, _flowsAt),
    };

    private async Task CallAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var answered = await CallAsync(takes: 2, deadline);
            await Task.Delay(answered ? Pause : PauseAfterFailure, time);
        }
    }

    private async Task<bool> CallAsync(int takes, TimeSpan timeout)
    {
        var number = Interlocked.Increment(ref _made);
        var begun = time.GetTimestamp();
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { TaskType = "work", Number = number, Takes = takes }, MessageJson.Options);
        try
        {
            // The outcome of a call whose own bound failed is still awaited here, so that it is counted and not guessed.
            var reply = await mesh.Client.CallAsync(mesh.Queue, body, timeout).WaitAsync(timeout + patience, time);
            Count(begun, timeout);
            var answer = JsonSerializer.Deserialize<Work>(reply.Span, MessageJson.Options)!;
            Interlocked.Increment(ref answer.Number == number ? ref _answered : ref _wrong);
            if (begun >= Volatile.Read(ref _backAt))
            {
                Interlocked.CompareExchange(ref _flowsAt, time.GetTimestamp(), 0);
                Interlocked.Increment(ref _answeredSinceBack);
            }

            return true;
        }
        catch (MeshException error)
        {
            Count(begun, timeout);
            CountFailure(error);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _lost);
        }
        catch (Exception exception) // Whatever else a caller could get is what this suite is there to find.
        {
            Interlocked.Increment(ref _unclear);
            FirstUnclear ??= exception.ToString();
        }

        return false;
    }

    private void CountFailure(MeshException error)
    {
        switch (error)
        {
            case { Code: ErrorCode.Unavailable, Retryable: true }:
                Interlocked.Increment(ref _unavailable);
                break;
            case { Code: ErrorCode.DeadlineExceeded }:
                Interlocked.Increment(ref _late);
                break;
            default:
                Interlocked.Increment(ref _unclear);
                FirstUnclear ??= error.ToString();
                break;
        }
    }

    private void Count(long begun, TimeSpan timeout)
    {
        if (time.GetElapsedTime(begun) > timeout + TimeSpan.FromSeconds(1))
        {
            Interlocked.Increment(ref _hung);
        }
    }
}
