using System.Data.Common;

namespace Skipper.Services.Data.Datasets;

/// <summary>Registers the sample at the first start, as soon as the database is there.</summary>
internal sealed class SampleDatasetRegistration(DatasetStore datasets, SampleDataset sample, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await datasets.WaitUntilReadyAsync(stoppingToken);
            try
            {
                if (await datasets.FindAsync(SampleDataset.Name, null, stoppingToken) is null)
                {
                    await sample.RegisterAsync(stoppingToken);
                }

                return;
            }
            catch (DbException exception) when (exception.IsTransient)
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }
}
