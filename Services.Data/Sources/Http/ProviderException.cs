namespace Skipper.Services.Data.Sources.Http;

/// <summary>A request failed in a way that another attempt may mend.</summary>
internal sealed class ProviderException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How long the provider asks to be left alone; null = it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public int? Status { get; init; }
}
