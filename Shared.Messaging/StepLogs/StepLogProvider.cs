using Microsoft.Extensions.Logging;

namespace Skipper.Shared.Messaging.StepLogs;

/// <summary>
/// Gives what is logged while an attempt is executed to the <see cref="StepLog"/> of that attempt, as far as the section
/// <c>Logging</c> lets it through (<c>Logging:StepLogs</c> for this alone). Outside of attempts a logger of it is off.
/// </summary>
[ProviderAlias("StepLogs")]
internal sealed class StepLogProvider(TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    private readonly Writer _writer = new(time);

    public ILogger CreateLogger(string categoryName) => _writer;

    /// <summary>Scopes are not kept; but who does not say so is asked to begin each.</summary>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Writer(TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel is >= LogLevel.Information and < LogLevel.None && StepLog.Current is not null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && StepLog.Current is { } log)
            {
                var message = formatter(state, exception);
                log.Add(time.GetUtcNow(), Wire(logLevel), exception is null ? message : $"{message}\n{exception}");
            }
        }

        private static string Wire(LogLevel level) => level switch
        {
            LogLevel.Information => "information",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
    }
}
