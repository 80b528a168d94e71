namespace Skipper.Services.Serving.Predictions;

/// <summary>
/// Sees every answered call before its answer leaves: the log, drift, comparisons. It must return at once, copy what it keeps (the model
/// is given back after the call), and never throw.
/// </summary>
internal interface IPredictionObserver
{
    /// <param name="scored">The call with its rows and predictions.</param>
    /// <param name="elapsed">From the handler's first line to the last prediction.</param>
    void Observe(ScoredCall scored, TimeSpan elapsed);
}
