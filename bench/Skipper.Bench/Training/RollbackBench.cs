using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Skipper.Bench.Running;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Bench.Training;

/// <summary>
/// From the request for a rollback until predictions come from the version before, while eight callers ask for the alias all the time; the
/// slowest of ten, and how many predictions failed meanwhile.
/// </summary>
internal static class RollbackBench
{
    private const int Callers = 8;
    private const int Rollbacks = 10;
    private const string Alias = "champion";

    /// <param name="host">Has the registry and serves.</param>
    /// <param name="model">Has two versions.</param>
    /// <param name="row">A row that it predicts.</param>
    public static async Task RunAsync(IHost host, string model, JsonElement row)
    {
        var rpc = host.Services.GetRequiredService<IRpcClient>();
        var predict = new PredictRows { Data = new PredictionRows { Model = $"{model}@{Alias}", Rows = [row] } };
        await PromoteAsync(rpc, model, 1);
        await WaitForAsync(rpc, predict, 1);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(_ => AskAsync(rpc, predict, stop.Token)).ToList();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < Rollbacks; i++)
        {
            await PromoteAsync(rpc, model, 2);
            await WaitForAsync(rpc, predict, 2);
            var started = Stopwatch.GetTimestamp();
            await rpc.CallAsync(new RollbackModel { Data = new() { Name = model, Alias = Alias } });
            await WaitForAsync(rpc, predict, 1);
            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        await stop.CancelAsync();
        var asked = await Task.WhenAll(callers);
        var none = new Dictionary<string, double>();
        Report.Print("train", $"rollback until served, {Callers} callers", "ms", slowest.TotalMilliseconds, none, higherIsBetter: false);
        Report.Print(
            "train", $"failed of {asked.Sum(caller => caller.Made)} predictions meanwhile", "predictions",
            asked.Sum(caller => caller.Failed), none, higherIsBetter: false);
    }

    private static Task<ModelAlias> PromoteAsync(IRpcClient rpc, string model, int version) =>
        rpc.CallAsync(new PromoteModel { Data = new() { Name = model, Version = version, Alias = Alias } });

    private static async Task WaitForAsync(IRpcClient rpc, PredictRows predict, int version)
    {
        while ((await rpc.CallAsync(predict)).Version != version)
        {
        }
    }

    private static async Task<(int Made, int Failed)> AskAsync(IRpcClient rpc, PredictRows predict, CancellationToken stop)
    {
        var (made, failed) = (0, 0);
        for (; !stop.IsCancellationRequested; made++)
        {
            try
            {
                await rpc.CallAsync(predict, cancellationToken: CancellationToken.None);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Whatever went wrong, the caller has no prediction.
                failed++;
            }
        }

        return (made, failed);
    }
}
