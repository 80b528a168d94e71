using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Npgsql;
using Skipper.Mesh.Tests.Soak.Suite;
using Skipper.Testing;

namespace Skipper.Mesh.Tests.Soak;

/// <summary>A schedule of once a second on two gateways, of which one is killed in the middle.</summary>
public sealed class ScheduleSoakTests
{
    /// <summary>How many slots are waited for; more in the environment variable makes a longer test.</summary>
    private static readonly int Length = int.Parse(
        Environment.GetEnvironmentVariable("SKIPPER_TEST_SLOTS") ?? "8", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_second_has_one_run_although_a_gateway_is_killed()
    {
        _ = TestServers.RabbitMq;
        await using var mesh = await SoakMesh.StartAsync(Token);
        await using var database = NpgsqlDataSource.Create(mesh.Database);
        await PutScheduleAsync(mesh.AddressOf(SoakMesh.Gateways[0]));
        await ReachedAsync(database, Length / 2);

        await mesh.KillAsync(SoakMesh.Gateways[0]);
        var killed = TimeProvider.System.GetUtcNow();

        await ReachedAsync(database, Length);
        await Eventually.TrueAsync(
            async () => (await SlotsAsync(database)).Count(slot => slot.Slot > killed) >= 3, "the other gateway goes on", Token);
        var slots = await SlotsAsync(database);
        TestContext.Current.TestOutputHelper?.WriteLine($"{slots.Count} slots from {slots[0].Slot:O} to {slots[^1].Slot:O}");
        Assert.Equal(Enumerable.Range(0, slots.Count).Select(i => slots[0].Slot.AddSeconds(i)), slots.Select(slot => slot.Slot));
        await Eventually.TrueAsync(
            async () => (await SlotsAsync(database)).Take(slots.Count).All(slot => slot.State == "succeeded"), "the runs succeed", Token);
    }

    private static async Task PutScheduleAsync(Uri gateway)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        using var response = await http.PutAsJsonAsync(
            new Uri("/api/v1/skipper/schedules/often", UriKind.Relative),
            new { workflow = "soak", cron = "* * * * * ?", overlap = "allow" },
            Token);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Token));
    }

    private static Task ReachedAsync(NpgsqlDataSource database, int slots) => Eventually.TrueAsync(
        async () => (await SlotsAsync(database)).Count >= slots, $"{slots} slots have their runs", Token);

    private static Task<List<(DateTimeOffset Slot, string State)>> SlotsAsync(NpgsqlDataSource database) => database.ReadAsync(
        "SELECT slot, state FROM gateway.runs WHERE schedule = 'often' ORDER BY slot",
        row => (row.GetFieldValue<DateTimeOffset>(0), row.GetString(1)),
        Token);
}
