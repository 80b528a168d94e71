using Polly;
using Polly.Retry;
using Skipper.Services.Data.Sources.Declarations;

namespace Skipper.Services.Data.Sources.Http;

/// <summary>
/// Tries again after a <see cref="ProviderException"/>: with pauses that grow and differ, and no sooner than the provider
/// says.
/// </summary>
internal static class ProviderRetry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public static ResiliencePipeline Of(SourceLimits limits, TimeProvider time, Action<int, string> onRetry) => limits.Attempts == 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is ProviderException failure && !(failure.RetryAfter > limits.LongestWait)),
            MaxRetryAttempts = limits.Attempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            UseJitter = true,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as ProviderException)?.RetryAfter),
            OnRetry = arguments =>
            {
                onRetry(arguments.AttemptNumber + 1, arguments.Outcome.Exception!.Message);
                return default;
            },
        }).Build();
}
