using Npgsql;
using Quartz;
using Skipper.Gateway.Runs;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Jobs;

/// <summary>
/// Where Quartz keeps what is due: in memory beside SQLite, in the schema <c>gateway_quartz</c> on PostgreSQL, whose tables Quartz makes.
/// </summary>
internal sealed class QuartzStore(
    [FromKeyedServices(GatewayService.Schema)] Database database,
    IConfiguration configuration,
    IServiceProvider services,
    ILoggerFactory loggers)
{
    private const string Schema = "gateway_quartz";
    private const int Concurrency = 4;

    /// <summary>Firings at once, and what the store needs for itself.</summary>
    private const int PoolSize = Concurrency + 4;

    /// <summary>How late a firing may be and still counts as in time.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(1);

    public async Task<StandaloneSchedulerFactory> BuildAsync(CancellationToken cancellationToken)
    {
        if (database.Dialect is Dialect.PostgreSql)
        {
            await CreateSchemaAsync(cancellationToken);
        }

        return QuartzSchedulerBuilder.Create(Configure).Build();
    }

    private void Configure(IQuartzBuilder quartz)
    {
        quartz.Services.AddSingleton(loggers);
        quartz.UseJobFactory(new FiringJobFactory(services));
        quartz.UseDefaultThreadPool(Concurrency);
        quartz.ConfigureScheduler(options =>
        {
            options.InstanceName = "skipper";
            options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            options.IdleWaitTime = TimeSpan.FromSeconds(5);
        });
        if (database.Dialect is Dialect.PostgreSql)
        {
            quartz.UsePersistentStore(Configure);
        }
        else
        {
            quartz.UseInMemoryStore(options => options.MisfireThreshold = Lateness);
        }
    }

    private void Configure(IPersistentStoreBuilder store)
    {
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Skipper"))
        {
            MaxPoolSize = PoolSize,
            ApplicationName = "skipper jobs",
        };
        store.UsePostgres(NpgsqlFactory.Instance, connection.ToString());
        store.UseClustering();
        store.ProvisionSchema();
        store.ConfigureStore(options =>
        {
            options.TablePrefix = $"{Schema}.qrtz_";
            options.StoreJobDataAsStrings = true;
            options.MisfireThreshold = Lateness;
            options.CommandTimeout = TimeSpan.FromSeconds(15);
            options.RecoverFiringsCancelledByShutdown = true;
        });
    }

    private Task<int> CreateSchemaAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(
                "SELECT pg_advisory_xact_lock(hashtextextended('skipper.migrations.' || @Schema, 0))", new { Schema }, cancellationToken);

            // Asked first, because CREATE SCHEMA needs a right that a careful operator does not give when the schema is there.
            var existing = await transaction.FirstOrDefaultAsync<string>(
                "SELECT nspname FROM pg_namespace WHERE nspname = @Schema", new { Schema }, cancellationToken);
            return existing is null
                ? await transaction.ExecuteAsync($"CREATE SCHEMA {Schema}", null, cancellationToken)
                : 0;
        },
        cancellationToken);
}
