using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Models;

/// <summary>
/// Versions that replace each other while 64 callers ask. <c>SKIPPER_TEST_SECONDS=60</c> goes on for that long and looks at the memory.
/// </summary>
public sealed class HotSwapTests : IAsyncLifetime
{
    private const int Callers = 64;
    private const int Versions = 20;
    private const double MostGrowth = 8 * 1024 * 1024;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(double.Parse(
        Environment.GetEnvironmentVariable("SKIPPER_TEST_SECONDS") ?? "0", CultureInfo.InvariantCulture));

    private readonly TestStorage _storage = TestStorage.Sqlite();
    private readonly TrackedEngine _engine = new();
    private ServingHost _host = null!;
    private int _answers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService(), engines: _engine);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task While_versions_replace_each_other_no_request_fails_and_the_old_ones_are_freed()
    {
        // Given callers that never stop
        var files = new List<ModelVersion>();
        for (var version = 1; version <= Versions; version++)
        {
            files.Add(await Samples.StoreAsync(_host.Artifacts, "housing", version, Token) with { Engine = "tracked", EngineVersion = "2.1.0" });
        }

        await _host.Intake.TryPublishAsync(files[0], Token);
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => AskAsync(done.Token), Token)).ToArray();

        // When 20 versions come one after the other, again and again
        var watch = Stopwatch.StartNew();
        long? memory = null;
        var number = 1;
        do
        {
            for (var swap = 0; swap < Versions; swap++)
            {
                number++;
                Assert.True(await _host.Intake.TryPublishAsync(files[(number - 1) % Versions] with { Version = number }, Token));
                var seen = Volatile.Read(ref _answers);
                await Eventually.TrueAsync(
                    () => Volatile.Read(ref _answers) > seen + Callers || callers.Any(caller => caller.IsFaulted), "everybody is answered", Token);
            }

            memory ??= GC.GetTotalMemory(forceFullCollection: true);
        }
        while (watch.Elapsed < Least);

        // Then nobody was refused, and what is in memory is what is kept
        await done.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal(number, _host.Catalog.CurrentVersion("housing"));
        Assert.Equal(3, _engine.InMemory);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - memory < MostGrowth, "the memory is flat");
    }

    // The price tells which of the files has answered: a batch must be of one version, and say which.
    private async Task AskAsync(CancellationToken done)
    {
        var rows = new[] { JsonElement.Parse("[6,10]"), JsonElement.Parse("[8,10]") };
        while (!done.IsCancellationRequested)
        {
            var batch = await _host.Bundles.HandleAsync(new PredictRows { Data = new() { Rows = rows } }, Samples.Context, Token);
            var level = 100 * (((batch.Version - 1) % Versions) + 1);
            Assert.Equal(level, batch.Predictions[0]["price"], 1e-6);
            Assert.Equal(level + 3, batch.Predictions[1]["price"], 1e-6);
            Interlocked.Increment(ref _answers);
            await Task.Yield();
        }
    }
}
