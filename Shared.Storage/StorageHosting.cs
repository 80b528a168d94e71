using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skipper.Shared.Storage.Artifacts;
using Skipper.Shared.Storage.Databases;
using Skipper.Shared.Storage.Payloads;

namespace Skipper.Shared.Storage;

/// <summary>Adds databases and the artifact store to a process.</summary>
public static class StorageHosting
{
    /// <summary>
    /// Adds the database of a service as the keyed singleton <see cref="Databases.Database"/> with the schema as key:
    /// take it with <c>[FromKeyedServices("gateway")]</c>. Migrations are the embedded files <c>Migrations/{dialect}/0001_name.sql</c>.
    /// One health check, <c>database</c>, covers all databases of a process.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="schema">Schema name, such as <c>gateway</c>.</param>
    /// <param name="migrations">The assembly that embeds the migrations.</param>
    public static void AddDatabase(this IHostApplicationBuilder builder, string schema, Assembly migrations)
    {
        if (builder.Services.All(service => service.ServiceType != typeof(DatabaseRegistration)))
        {
            builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", timeout: TimeSpan.FromSeconds(5));
        }

        builder.Services.AddSingleton(new DatabaseRegistration(schema));
        builder.AddKeyedDatabase(schema, migrations);
    }

    /// <summary>Adds <see cref="IArtifactStore"/>, once per process.</summary>
    public static void AddArtifacts(this IHostApplicationBuilder builder)
    {
        builder.AddKeyedDatabase(PostgresArtifactStore.Schema, typeof(StorageHosting).Assembly);
        builder.Services.TryAddSingleton<IArtifactStore>(services =>
        {
            var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
            return options.Artifacts.Store is ArtifactOptions.PostgreSql
                ? ActivatorUtilities.CreateInstance<PostgresArtifactStore>(services)
                : new FileArtifactStore(options.ArtifactFolder);
        });
    }

    /// <summary>Adds <see cref="IExpiringBlobs"/>, beside the artifacts, and their hourly sweep; once per process.</summary>
    public static void AddExpiringBlobs(this IHostApplicationBuilder builder)
    {
        builder.AddKeyedDatabase(PostgresArtifactStore.Schema, typeof(StorageHosting).Assembly);
        builder.Services.TryAddSingleton<IExpiringBlobs>(services =>
        {
            var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
            return options.Artifacts.Store is ArtifactOptions.PostgreSql
                ? ActivatorUtilities.CreateInstance<PostgresBlobs>(services)
                : new FileBlobs(options.PayloadFolder, services.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddHostedService<BlobSweeper>();
    }

    private static void AddKeyedDatabase(this IHostApplicationBuilder builder, string schema, Assembly migrations)
    {
        builder.Services.AddOptionsWithValidateOnStart<StorageOptions>()
            .BindConfiguration(StorageOptions.Section)
            .ValidateDataAnnotations();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(CreateServer);
        builder.Services.TryAddKeyedSingleton(schema, (services, _) => new Database(
            schema,
            new MigrationSet(migrations),
            services.GetRequiredService<DatabaseServer>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<Database>>()));
    }

    private static DatabaseServer CreateServer(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var connectionString = services.GetRequiredService<IConfiguration>()
            .GetConnectionString(StorageOptionsValidator.ConnectionName);
        return string.IsNullOrWhiteSpace(connectionString)
            ? new SqliteServer(options.DatabaseFile)
            : new PostgreSqlServer(connectionString);
    }
}
