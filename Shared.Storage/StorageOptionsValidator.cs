using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Skipper.Shared.Storage;

/// <summary>
/// Refuses settings that would fail later; names the setting, what is allowed and what was found, but no secret.
/// </summary>
internal sealed class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public const string ConnectionName = "Skipper";

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        List<string> failures = [];
        var connectionString = configuration.GetConnectionString(ConnectionName);
        if (!string.IsNullOrWhiteSpace(connectionString))
        {
            try
            {
                _ = new NpgsqlConnectionStringBuilder(connectionString);
            }
            catch (ArgumentException exception)
            {
                failures.Add(
                    "ConnectionStrings:Skipper must be an Npgsql connection string such as Host=localhost;Database=skipper;"
                    + $"Username=skipper;Password=..., or absent for SQLite: {exception.Message}");
            }
        }

        if (options.Artifacts.Store is not (ArtifactOptions.FileSystem or ArtifactOptions.PostgreSql))
        {
            failures.Add($"Skipper:Artifacts:Store must be filesystem or postgresql, was '{options.Artifacts.Store}'");
        }
        else if (options.Artifacts.Store is ArtifactOptions.PostgreSql && string.IsNullOrWhiteSpace(connectionString))
        {
            failures.Add("Skipper:Artifacts:Store is postgresql, so ConnectionStrings:Skipper must be set, was absent");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
