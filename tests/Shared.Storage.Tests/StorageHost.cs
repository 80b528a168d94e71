using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;
using Skipper.Shared.Storage.Payloads;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests;

/// <summary>A process with the database <c>pad</c> of this assembly and artifacts, on the storage of a test.</summary>
internal sealed class StorageHost : IDisposable
{
    private readonly IHost _host;

    public StorageHost(TestStorage storage, params (string Key, string Value)[] settings)
        : this(storage, TimeProvider.System, settings)
    {
    }

    public StorageHost(TestStorage storage, TimeProvider time, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(time);
        builder.Configuration.AddInMemoryCollection(storage.Settings);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.AddDatabase("pad", typeof(StorageHost).Assembly);
        builder.AddDatabase("other", typeof(TestStorage).Assembly);
        builder.AddArtifacts();
        builder.AddExpiringBlobs();
        _host = builder.Build();
    }

    public ListLog Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    public Database Pad => Services.GetRequiredKeyedService<Database>("pad");

    /// <summary>A second service with a schema of its own and no migrations.</summary>
    public Database Other => Services.GetRequiredKeyedService<Database>("other");

    public IArtifactStore Artifacts => Services.GetRequiredService<IArtifactStore>();

    public IExpiringBlobs Blobs => Services.GetRequiredService<IExpiringBlobs>();

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public void Dispose() => _host.Dispose();

    /// <summary>Remembers what was logged.</summary>
    internal sealed class ListLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
