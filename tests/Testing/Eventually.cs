namespace Skipper.Testing;

/// <summary>Waits for what happens elsewhere, without a fixed sleep.</summary>
public static class Eventually
{
    /// <summary>
    /// Asks again until the answer is true; gives up, with the reason, after a bound that no healthy run reaches.
    /// </summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string expectation, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        while (!await condition())
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited four minutes in vain: {expectation}");
            }
        }
    }

    /// <summary>The synchronous form of <see cref="TrueAsync(Func{Task{bool}}, string, CancellationToken)"/>.</summary>
    public static Task TrueAsync(Func<bool> condition, string expectation, CancellationToken cancellationToken) =>
        TrueAsync(() => Task.FromResult(condition()), expectation, cancellationToken);
}
