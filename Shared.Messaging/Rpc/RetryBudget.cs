using Skipper.Shared.Messaging.Errors;

namespace Skipper.Shared.Messaging.Rpc;

/// <summary>
/// When calls to one queue are repeated: after errors that may pass, with growing pauses, and only while most calls succeed, so that
/// repeating never adds much to the load of a queue in trouble. The numbers are those of gRPC's retry throttling.
/// </summary>
internal sealed class RetryBudget
{
    public const int MaxAttempts = 5;

    // Tenths of a token: ten tokens, a failure costs one, a success earns a tenth, and half of them must be left.
    private const int Full = 100;
    private const int Cost = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private int _tenths = Full;

    public void Succeeded()
    {
        if (Volatile.Read(ref _tenths) < Full)
        {
            Add(1);
        }
    }

    public void Failed(MeshException error)
    {
        if (error is { Retryable: true, IsRefusal: false })
        {
            Add(-Cost);
        }
    }

    /// <summary>
    /// How long to pause before the call is made again, or null where it must not be: the error will stay, the attempts or the budget
    /// are used up, or the answer would come too late.
    /// </summary>
    /// <param name="error">Why the last attempt failed.</param>
    /// <param name="attempts">How many there have been.</param>
    /// <param name="remaining">How long the caller still waits.</param>
    public TimeSpan? PauseBeforeNext(MeshException error, int attempts, TimeSpan remaining)
    {
        if (error is not { Retryable: true, IsRefusal: false }
            || attempts >= MaxAttempts
            || Volatile.Read(ref _tenths) <= Full / 2)
        {
            return null;
        }

        var pause = FirstPause * (1 << (attempts - 1)) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        if (error.RetryAfterSeconds is { } seconds && TimeSpan.FromSeconds(seconds) is var asked && asked > pause)
        {
            pause = asked;
        }

        return pause < remaining ? pause : null;
    }

    private void Add(int tenths)
    {
        int before;
        do
        {
            before = Volatile.Read(ref _tenths);
        }
        while (Interlocked.CompareExchange(ref _tenths, Math.Clamp(before + tenths, 0, Full), before) != before);
    }
}
