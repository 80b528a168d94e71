using Microsoft.Extensions.Options;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Services.Serving.Models;

/// <summary>
/// Keeps the catalog in step with the registry: at start from what was served before and from the training service, later
/// by asking now and then, because an announcement is only a hint.
/// </summary>
internal sealed partial class ModelLoader(
    IRpcClient rpc,
    ModelIntake intake,
    ModelCatalog catalog,
    ManifestStore store,
    Withdrawals withdrawals,
    IOptions<ServingOptions> options,
    TimeProvider time,
    ILogger<ModelLoader> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // In one process the workers start a moment after the first question; that is not worth a line.
    private const int AttemptsBeforeSaying = 4;

    private volatile bool _hasModels;

    /// <summary>Whether it is known what is to be served.</summary>
    public bool IsReady => _hasModels;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await FirstAsync(stoppingToken);
        var isAway = false;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RefreshSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var error = await AskAsync(stoppingToken);
            if (error is not null && !isAway)
            {
                LogRefreshFailed(error.Message);
            }

            isAway = error is not null;
        }
    }

    private async Task FirstAsync(CancellationToken stoppingToken)
    {
        var (pause, restored) = (FirstPause, false);
        for (var attempt = 1; ; attempt++)
        {
            restored = restored || await RestoreAsync(stoppingToken);
            if (await AskAsync(stoppingToken) is not { } error)
            {
                break;
            }

            if (attempt == AttemptsBeforeSaying)
            {
                LogWaiting(error.Message);
            }

            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<MeshException?> AskAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FollowWithdrawalsAsync(stoppingToken);
            var list = await rpc.CallAsync(new ListModels(), cancellationToken: stoppingToken);
            foreach (var manifest in list.Models)
            {
                await intake.TryPublishAsync(manifest, stoppingToken);
            }

            foreach (var alias in list.Aliases.Where(alias => !(catalog.FindAlias(alias.Name, alias.Alias)?.Number >= alias.Number)))
            {
                var wanted = new ModelName { Name = alias.Name, Version = alias.Version };
                var manifest = await rpc.CallAsync(new FindModel { Data = wanted }, cancellationToken: stoppingToken);
                await intake.TryFollowAsync(alias, manifest, stoppingToken);
            }

            _hasModels = true;
            return null;
        }
        catch (MeshException exception)
        {
            return exception;
        }
    }

    private async Task<bool> RestoreAsync(CancellationToken stoppingToken)
    {
        try
        {
            await withdrawals.RefreshAsync(stoppingToken);
            var isServing = false;
            foreach (var manifest in await store.ListAsync(stoppingToken))
            {
                isServing |= await intake.TryPublishAsync(manifest, stoppingToken);
            }

            foreach (var known in await store.ListAliasesAsync(stoppingToken))
            {
                isServing |= await intake.TryFollowAsync(known.Alias, known.Model, stoppingToken);
            }

            _hasModels |= isServing;
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // A loop that throws would stop the process, and there is still the training service to ask.
            LogNotRestored(exception.Message);
            return false;
        }
    }

    private async Task FollowWithdrawalsAsync(CancellationToken stoppingToken)
    {
        try
        {
            await withdrawals.RefreshAsync(stoppingToken);
            await intake.DropWithdrawnAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Serving goes on without its database; a withdrawal is announced, and looked for again at the next refresh.
            LogWithdrawalsNotRead(exception.Message);
        }
    }
}
