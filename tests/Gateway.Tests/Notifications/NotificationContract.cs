using System.Data.Common;
using System.Text.Json;
using Skipper.Gateway.Notifications;
using Skipper.Gateway.Runs;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Notifications;

/// <summary>What is noted at the end of a run, and handed out to be sent, on every database.</summary>
public abstract class NotificationContract : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private RunsApiHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _storage = await CreateStorageAsync();

    public async ValueTask DisposeAsync()
    {
        await (_host?.DisposeAsync() ?? _storage.DisposeAsync());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_end_of_a_run_is_told_to_its_callback_and_to_everybody_who_wants_to_know()
    {
        Host(
            ("Skipper:Webhooks:Endpoints:0:Url", "https://all.example.org"),
            ("Skipper:Webhooks:Endpoints:1:Url", "https://cancelled.example.org"),
            ("Skipper:Webhooks:Endpoints:1:Events:0", "run.cancelled"),
            ("Skipper:Alerts:Webhooks:0:Url", "https://alert.example.org"),
            ("Skipper:Alerts:Smtp:Host", "127.0.0.1"),
            ("Skipper:Alerts:Smtp:From", "skipper@example.org"),
            ("Skipper:Alerts:Smtp:To:0", "ops@example.org"));
        var callback = """{"url":"https://callback.example.org","secret_name":"ops"}""";

        await EndAsync(RunState.Succeeded, callback);
        Assert.Equal(["https://all.example.org", "https://callback.example.org"], Targets(await TakeAsync()));
        var failed = await EndAsync(RunState.Failed, null);
        var told = await TakeAsync();
        Assert.Equal(["https://alert.example.org", "https://all.example.org", "ops@example.org"], Targets(told));
        Assert.All(told, notification => Assert.Equal((failed, 1), (notification.RunId, notification.Tries)));
        var body = JsonDocument.Parse(told.First(notification => notification.Kind == Notification.Webhook).Body).RootElement;
        Assert.Equal(($"msg_{failed:N}_failed", "run.failed"), (body.GetProperty("id").GetString(), body.GetProperty("type").GetString()));
        Assert.Equal("failed", body.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal("training", body.GetProperty("run").GetProperty("workflow").GetString());
    }

    [Fact]
    public async Task Where_nobody_wants_to_know_nothing_is_written()
    {
        Host();
        await EndAsync(RunState.Failed, null);
        await EndAsync(RunState.Succeeded, """{"url":"https://callback.example.org","events":["run.failed"]}""");

        Assert.Equal(0, await _host!.Table.CountAsync("gateway.outbox"));
    }

    [Fact]
    public async Task Nobody_is_told_of_an_end_that_was_rolled_back()
    {
        Host(("Skipper:Webhooks:Endpoints:0:Url", "https://all.example.org"));
        var run = await _host!.Table.RunAsync(RunState.Failed);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.Database.WriteAsync<int>(
            async transaction =>
            {
                await NotifyAsync(transaction, new RunEnd(run, RunState.Failed, null));
                throw new InvalidOperationException("Rolled back.");
            },
            Token));

        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task What_one_sender_took_nobody_else_gets_until_it_is_taken_for_dead()
    {
        Host(("Skipper:Webhooks:Endpoints:0:Url", "https://all.example.org"));
        await EndAsync(RunState.Failed, null);

        Assert.Single(await TakeAsync());
        Assert.Empty(await TakeAsync());
        _host!.Time.Advance(301);
        Assert.Equal(2, Assert.Single(await TakeAsync()).Tries);
    }

    [Fact]
    public async Task What_is_postponed_comes_again_and_what_is_deleted_does_not()
    {
        Host(("Skipper:Webhooks:Endpoints:0:Url", "https://all.example.org"));
        await EndAsync(RunState.Failed, null);
        var outbox = _host!.Get<NotificationOutbox>();
        var notification = Assert.Single(await TakeAsync());
        await outbox.PostponeAsync(notification.Id, TimeSpan.FromSeconds(10), "away\0", Token);
        _host.Time.Advance(9);
        Assert.Empty(await TakeAsync());
        _host.Time.Advance(1);
        Assert.Equal(notification with { Tries = 2 }, Assert.Single(await TakeAsync()));
        await outbox.DeleteAsync(notification.Id, Token);
        _host.Time.Advance(1000);
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Events_for_other_services_are_left_alone()
    {
        Host();
        await _host!.Table.ExecuteAsync(
            """
            INSERT INTO gateway.outbox (kind, run_id, target, body, created_at, available_at)
            VALUES ('event', @Id, 't', '{}', @Now, @Now)
            """,
            new { Id = Guid.NewGuid(), Now = _host.Time.GetUtcNow() });

        Assert.Empty(await TakeAsync());
    }

    private RunsApiHost Host(params (string Key, string Value)[] settings) => _host = new RunsApiHost(
        _storage, null, [("Skipper:Webhooks:Secrets:ops", "top-secret"), .. settings]);

    private async Task<Guid> EndAsync(string state, string? callback)
    {
        var run = await _host!.Table.RunAsync(state);
        await _host.Database.WriteAsync(
            async transaction =>
            {
                await NotifyAsync(transaction, new RunEnd(run, state, callback));
                return true;
            },
            Token);
        return run;
    }

    private Task NotifyAsync(DbTransaction transaction, RunEnd end) => _host!.Get<NotificationStore>().NotifyAsync(transaction, end, Token);

    private Task<IReadOnlyList<Notification>> TakeAsync() => _host!.Get<NotificationOutbox>().TakeAsync(100, Token);

    private static IEnumerable<string> Targets(IEnumerable<Notification> notifications) => notifications
        .Select(notification => notification.Kind == Notification.Mail
            ? notification.Target
            : JsonDocument.Parse(notification.Target).RootElement.GetProperty("url").GetString()!)
        .Order(StringComparer.Ordinal);
}
