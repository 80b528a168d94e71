using Skipper.Gateway.Pushes;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Pushes;

/// <summary>What is remembered of pushes, on every database.</summary>
public abstract class PushStoreContract : IAsyncLifetime
{
    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PushStore Store => new(_host.Database, _host.Time);

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsApiHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_push_is_found_by_all_that_names_it()
    {
        var push = Push("1") with { Answer = """{"artifact":"a"}""", Artifact = "d" };
        await Store.AddAsync(push, Token);

        Assert.Equal(push with { ReceivedAt = _host.Time.GetUtcNow() }, await Store.FindAsync("s", "1", "image", Token));
        Assert.Null(await Store.FindAsync("s", "2", "image", Token));
        Assert.Null(await Store.FindAsync("other", "1", "image", Token));
        Assert.Null(await Store.FindAsync("s", "1", "audio", Token));
    }

    [Fact]
    public async Task Of_two_answers_to_one_push_the_first_is_remembered()
    {
        await Store.AddAsync(Push("1") with { Reason = "first" }, Token);
        await Store.AddAsync(Push("1") with { Reason = "second" }, Token);

        Assert.Equal("first", (await Store.FindAsync("s", "1", "image", Token))!.Reason);
    }

    [Fact]
    public async Task The_newest_are_listed_first_and_no_more_than_a_page()
    {
        for (var i = 0; i < PushStore.ListLimit + 5; i++)
        {
            await Store.AddAsync(Push($"{i}") with { State = i % 2 == 0 ? PushState.Done : PushState.Failed }, Token);
            _host.Time.Advance(1);
        }

        var all = await Store.ListAsync(null, Token);
        var failed = await Store.ListAsync(PushState.Failed, Token);

        Assert.Equal((PushStore.ListLimit, $"{PushStore.ListLimit + 4}"), (all.Count, all[0].MessageId));
        Assert.Equal(52, failed.Count);
        Assert.All(failed, push => Assert.Equal(PushState.Failed, push.State));
    }

    private static Push Push(string id) => new() { Subscription = "s", MessageId = id, Kind = "image", State = PushState.Done };
}
