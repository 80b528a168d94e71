namespace Skipper.Bench.Runs;

/// <summary>What accepts runs, executes them, and keeps their results.</summary>
internal interface IRunSystem : IAsyncDisposable
{
    /// <summary>How many clients send at a time.</summary>
    const int Clients = 8;

    /// <summary>Sends runs and waits until each has its result.</summary>
    /// <param name="runs">How many.</param>
    /// <param name="perSecond">How many in a second; absent = as fast as they are accepted.</param>
    Task<RunsResult> RunAsync(int runs, double? perSecond = null);
}
