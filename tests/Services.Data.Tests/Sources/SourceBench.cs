using System.Globalization;
using Dapper;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>The data service and what it has ingested.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
    private readonly TestStorage _storage;

    private SourceBench(TestStorage storage, DataHost host) => (_storage, Host) = (storage, host);

    public DataHost Host { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SourceBench> StartAsync(TestStorage storage, params (string Key, string Value)[] settings)
    {
        var host = new DataHost(storage, [("Skipper:Data:Sources:PrivateHosts:0", "127.0.0.1"), .. settings]);
        await host.StartAsync();
        return new SourceBench(storage, host);
    }

    public Task<SourceDescription> DeclareAsync(string yaml) => Host.Rpc.CallAsync(
        new DeclareSource { Data = new DeclareSource.SourceText { Declaration = yaml } }, cancellationToken: Token);

    public Task<SourceRun> IngestAsync(string source, bool force = false, string? artifact = null) => Host.Rpc.CallAsync(
        new IngestSource { Data = new IngestSource.Ingestion { Source = source, Force = force, Artifact = artifact } },
        TimeSpan.FromMinutes(5),
        cancellationToken: Token);

    public Task<SourceRun> ReplayAsync(string source) => Host.Rpc.CallAsync(
        new ReplaySource { Data = new SourceName { Name = source } }, TimeSpan.FromMinutes(5), cancellationToken: Token);

    public Task<SourceDescription> FindAsync(string source) => Host.Rpc.CallAsync(
        new FindSource { Data = new SourceName { Name = source } }, cancellationToken: Token);

    /// <summary>Rows of a table, without the time at which they came, each as text.</summary>
    public async Task<List<string>> RowsAsync(string table, string columns, string where = "1 = 1") =>
        [.. (await QueryAsync($"SELECT {columns} FROM data.rows_{table} WHERE {where}"))
            .Select(row => string.Join('|', row.Values.Select(Write))).Order(StringComparer.Ordinal)];

    public async Task<long> CountAsync(string from) =>
        Convert.ToInt64((await QueryAsync($"SELECT COUNT(*) AS n FROM data.{from}")).Single()["n"], CultureInfo.InvariantCulture);

    public Task<List<IDictionary<string, object?>>> QueryAsync(string sql) => Host.Database.ReadAsync(
        async connection => (await connection.QueryAsync(Host.Database.Sql(sql))).Select(row => (IDictionary<string, object?>)row).ToList(),
        Token);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static string Write(object? value) => value switch
    {
        null => "",
        double number => Math.Round(number, 6).ToString(CultureInfo.InvariantCulture),
        DateTime time => Microseconds(time).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static long Microseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
