using Microsoft.Extensions.Options;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests;

public sealed class StorageOptionsTests
{
    [Theory]
    [InlineData("Skipper:Artifacts:Store", "s3", "Skipper:Artifacts:Store must be filesystem or postgresql, was 's3'")]
    [InlineData("Skipper:Artifacts:Store", "postgresql", "ConnectionStrings:Skipper must be set, was absent")]
    [InlineData("Skipper:DataDirectory", "", "Skipper:DataDirectory must name a folder, was empty")]
    [InlineData("ConnectionStrings:Skipper", "Data Source=skipper.db", "must be an Npgsql connection string such as")]
    public async Task A_wrong_setting_is_refused_at_start_with_its_name(string key, string value, string expected)
    {
        await using var storage = TestStorage.Sqlite();
        using var host = new StorageHost(storage, (key, value));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
