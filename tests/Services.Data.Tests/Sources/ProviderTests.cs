using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Skipper.Services.Data.Tests.Sources.Doubles;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Data.Tests.Sources;

/// <summary>How providers are asked, and what is done about what they answer.</summary>
public sealed partial class ProviderTests : IAsyncLifetime
{
    private SourceBench _bench = null!;
    private ProviderDouble _provider = null!;
    private JsonArray _rows = [Row(1), Row(2)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourceBench.StartAsync(TestStorage.Sqlite(), ("Skipper:Data:Sources:Secrets:key", "s3cret"));
        _provider = await ProviderDouble.StartAsync();
        _provider.Json["/rows"] = _ => _rows.DeepClone();
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task What_the_provider_says_not_to_have_changed_is_asked_conditionally_and_not_before_it_expires()
    {
        var expires = TimeProvider.System.GetUtcNow().AddHours(-1);
        _provider.Json["/rows"] = context =>
        {
            context.Response.Headers.ETag = "\"v1\"";
            context.Response.Headers.LastModified = "Mon, 08 Jan 2024 01:35:05 GMT";
            context.Response.Headers.Expires = expires.ToString("r", CultureInfo.InvariantCulture);
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" ? 304 : 200;
            return _rows.DeepClone();
        };
        await DeclareAsync();

        var first = await _bench.IngestAsync("rows");
        expires = expires.AddHours(2);
        var second = await _bench.IngestAsync("rows");
        var third = await _bench.IngestAsync("rows");
        var forced = await _bench.IngestAsync("rows", force: true);

        Assert.Equal((1, 0), (first.Pages, first.UnchangedItems));
        Assert.Equal((0, 1), (second.Pages, second.UnchangedItems));
        Assert.Equal((0, 0), (third.Pages, third.UnchangedItems));
        Assert.Equal((1, 2L), (forced.Pages, forced.Unchanged));
        Assert.Equal(
            [null, "Mon, 08 Jan 2024 01:35:05 GMT", null],
            _provider.Requests.Select(request => request.Headers.GetValueOrDefault("If-Modified-Since")));
        Assert.Equal(
            ["ok", "unchanged", "ok"],
            (await _bench.QueryAsync("SELECT outcome FROM data.source_calls ORDER BY id"))
                .Select(row => row["outcome"]));
    }

    [Fact]
    public async Task Retry_after_is_waited_for_and_a_long_one_keeps_all_ingestions_away()
    {
        var answers = 0;
        _provider.Json["/rows"] = context =>
        {
            if (++answers <= 2)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = answers == 1 ? "0" : "3600";
            }

            return _rows.DeepClone();
        };
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));
        var again = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));

        Assert.Equal((ErrorCode.ResourceExhausted, 2), (exception.Code, answers));
        Assert.InRange(exception.RetryAfterSeconds!.Value, 3500, 3600);
        Assert.Contains("asked to be left alone until", again.Message, StringComparison.Ordinal);
        Assert.NotNull((await _bench.FindAsync("rows")).NotBefore);
    }

    [Fact]
    public async Task The_daily_quota_counts_every_attempt_and_holds_over_restarts()
    {
        _provider.Script = new Queue<Fault>([Fault.Broken, Fault.None, Fault.None, Fault.None]).Dequeue;
        await DeclareAsync(limits: "per_day: 3");

        await _bench.IngestAsync("rows");
        await _bench.IngestAsync("rows");
        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));

        Assert.Equal(ErrorCode.ResourceExhausted, exception.Code);
        Assert.InRange(exception.RetryAfterSeconds!.Value, 1, 86_400);
        Assert.Equal(3, _provider.Requests.Count);
        var source = await _bench.FindAsync("rows");
        Assert.Equal((3, 3), (source.RequestsToday, source.RequestsPerDay));
    }

    [Fact]
    public async Task A_warning_says_that_an_address_will_go_away()
    {
        _provider.Json["/rows"] = context =>
        {
            context.Response.StatusCode = 203;
            return null;
        };
        _provider.Other["/rows"] = async context =>
        {
            context.Response.StatusCode = 203;
            await context.Response.WriteAsync(_rows.ToJsonString());
        };
        await DeclareAsync();

        var run = await _bench.IngestAsync("rows");

        Assert.Equal(2, run.Inserted);
        Assert.Contains("answered 203", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_another_shape_is_kept_and_replayed_when_the_declaration_knows_it()
    {
        _rows = [new JsonObject { ["id"] = 1, ["wert"] = 5 }];
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.IngestAsync("rows"));
        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("no record has a value for value, expected in value", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, await _bench.CountAsync("rows_rows"));

        await DeclareAsync(value: "[value, wert]");
        var replayed = await _bench.ReplayAsync("rows");

        Assert.Equal((1, 1L), (replayed.Pages, replayed.Inserted));
        Assert.Equal(["1|5"], await _bench.RowsAsync("rows", "id, value"));
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public async Task A_replay_after_a_change_of_units_mends_the_rows_and_keeps_what_is_newest()
    {
        await DeclareAsync(unit: ", unit: m, given: m");
        await _bench.IngestAsync("rows");
        _rows = [Row(1, value: 500), Row(2)];
        await _bench.IngestAsync("rows");

        await DeclareAsync(unit: ", unit: m, given: cm");
        var replayed = await _bench.ReplayAsync("rows");

        Assert.Equal(2, replayed.Pages);
        Assert.Equal(["1|5", "2|0.2"], await _bench.RowsAsync("rows", "id, value"));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_rejected_alone_and_the_cursor_waits_for_it()
    {
        _rows = [Row(1), Row(2), Row(3)];
        _rows[1]!["value"] = null;
        await DeclareAsync(cursor: "cursor: { column: at, lag: 0s }");

        var first = await _bench.IngestAsync("rows");
        var waiting = (await _bench.FindAsync("rows")).Items.Single().Cursor;
        _rows[1]!["value"] = 20;
        var second = await _bench.IngestAsync("rows");

        Assert.Equal((2L, 1L), (first.Inserted, first.Rejected));
        Assert.Equal((2L, "value: expected a value, found none"), (first.Rejects[0].Record, first.Rejects[0].Reason));
        Assert.Equal(At(2), waiting);
        Assert.Equal((1L, 0L), (second.Inserted, second.Rejected));
        Assert.Equal(At(3), (await _bench.FindAsync("rows")).Items.Single().Cursor);
    }

    [Fact]
    public async Task A_table_has_one_key_whoever_fills_it()
    {
        await DeclareAsync();

        var exception = await Assert.ThrowsAsync<MeshException>(() => _bench.DeclareAsync(
            "name: other\nkind: file\ntable: rows\ncolumns: { id: { type: integer, from: id, required: true } }\nkey: [id]\n"));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("fills table 'rows' with the key item, id, found id", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_that_fail_do_not_keep_the_others_from_being_read()
    {
        _provider.Json["/rows"] = context => context.Request.Query["item"] == "b" ? null : _rows.DeepClone();
        await DeclareAsync(items: "for_each: [{ item: a }, { item: b }, { item: c }]");

        var run = await _bench.IngestAsync("rows");

        Assert.Equal(2, run.Pages);
        Assert.Equal(("b", "not_found"), (Assert.Single(run.Failures).Item, run.Failures[0].Code));
    }

    private static DateTimeOffset At(int id) => DateTimeOffset.UnixEpoch.AddDays(id);

    private static JsonObject Row(int id, double? value = null) =>
        new() { ["id"] = id, ["value"] = value ?? id * 10, ["at"] = At(id).ToUnixTimeSeconds() };

    private Task<SourceDescription> DeclareAsync(
        string limits = "attempts: 2",
        string value = "value", string unit = "", string cursor = "", string items = "for_each: [{ item: a }]") =>
        _bench.DeclareAsync($$"""
            name: rows
            kind: json
            table: rows
            request:
              url: "{{_provider.Address}}rows?item={item}"
              headers: { X-Key: "{secret.key}" }
            {{items}}
            limits: { per_second: 1000, {{limits}} }
            columns:
              item: { value: "{item}" }
              id: { type: integer, from: id, required: true }
              value: { type: number, from: {{value}}, required: true{{unit}} }
              at: { type: timestamp, from: at }
            key: [item, id]
            {{cursor}}
            """);
}
