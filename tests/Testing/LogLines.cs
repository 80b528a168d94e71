using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Skipper.Testing;

/// <summary>Keeps what was logged, with the scopes in which it was.</summary>
public sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<(string Text, IReadOnlyDictionary<string, object?> Scope)> _entries = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>The texts, from warnings upward.</summary>
    public IReadOnlyList<string> Lines => [.. _entries.Select(entry => entry.Text)];

    /// <summary>The texts with the properties of their scopes.</summary>
    public IReadOnlyList<(string Text, IReadOnlyDictionary<string, object?> Scope)> Entries => [.. _entries];

    /// <summary>A logger that writes here.</summary>
    public ILogger<T> Logger<T>() => new LoggerFactory([this]).CreateLogger<T>();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(this);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Writer(LogLines lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => lines._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var scope = new Dictionary<string, object?>();
            lines._scopes.ForEachScope(
                static (entry, properties) =>
                {
                    foreach (var (name, value) in entry as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    {
                        properties[name] = value;
                    }
                },
                scope);
            lines._entries.Enqueue((formatter(state, exception), scope));
        }
    }
}
