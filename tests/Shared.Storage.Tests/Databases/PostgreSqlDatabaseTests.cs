using System.Data.Common;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Skipper.Testing;

namespace Skipper.Shared.Storage.Tests.Databases;

public sealed class PostgreSqlDatabaseTests : DatabaseContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_waits_for_a_database_that_is_not_there_yet_and_says_so_once()
    {
        await using var storage = TestStorage.AbsentPostgreSql();
        using var host = new StorageHost(storage);

        var waiters = Enumerable.Range(0, 3).Select(_ => host.Pad.WaitUntilReadyAsync(Token))
            .Append(host.Other.WaitUntilReadyAsync(Token)).ToList();
        await Eventually.TrueAsync(() => Matching(host, "waited") > 0, "it says that it waits", Token);
        Assert.All(waiters, waiter => Assert.False(waiter.IsCompleted));
        await storage.CreateDatabaseAsync();
        await Task.WhenAll(waiters);

        Assert.Equal(1, Matching(host, "waited"));
        Assert.Equal(1, Matching(host, "appeared"));
        var password = new NpgsqlConnectionStringBuilder(storage.ConnectionString).Password ?? "Password=";
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains(password, StringComparison.Ordinal));
        Assert.Equal(0, await CountAsync(host));
    }

    [Fact]
    public async Task A_use_before_the_database_is_there_fails_as_transient_and_the_next_use_works()
    {
        await using var storage = TestStorage.AbsentPostgreSql();
        using var host = new StorageHost(storage);

        var exception = await Assert.ThrowsAnyAsync<DbException>(() => CountAsync(host));
        Assert.True(exception.IsTransient);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["database"].Status);

        await storage.CreateDatabaseAsync();
        Assert.Equal(0, await CountAsync(host));
    }

    [Fact]
    public async Task Connections_that_the_server_cut_are_replaced()
    {
        await using var storage = await TestStorage.PostgreSqlAsync();
        using var host = new StorageHost(storage);
        await CountAsync(host);
        await using (var admin = NpgsqlDataSource.Create(TestServers.Postgres))
        await using (var cut = admin.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"))
        {
            cut.Parameters.Add(new() { Value = new NpgsqlConnectionStringBuilder(storage.ConnectionString).Database });
            await cut.ExecuteNonQueryAsync(Token);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await CountAsync(host) == 0;
                }
                catch (DbException exception) when (exception.IsTransient)
                {
                    return false;
                }
            },
            "reads work again",
            Token);
    }

    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();

    private static int Matching(StorageHost host, string word) =>
        host.Log.Lines.Count(line => line.Contains(word, StringComparison.Ordinal));

    private static Task<long> CountAsync(StorageHost host) => host.Pad.ReadAsync(
        connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM pad.notes"), Token);
}
