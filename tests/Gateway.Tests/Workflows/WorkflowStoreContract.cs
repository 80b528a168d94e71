using Skipper.Gateway.Workflows;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Workflows;

/// <summary>What the versions of workflows promise on both databases.</summary>
public abstract class WorkflowStoreContract : IAsyncLifetime
{
    private WorkflowsHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private WorkflowStore Store => _host.Get<WorkflowStore>();

    public async ValueTask InitializeAsync() => _host = new WorkflowsHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TestStorage> CreateStorageAsync();

    [Fact]
    public async Task Definitions_are_numbered_and_found_as_they_were()
    {
        var (first, _) = await AddAsync("w", "training");
        var (second, isNew) = await AddAsync("w", "split_dataset");

        Assert.Equal((1, 2, true), (first.Version, second.Version, isNew));
        var found = await _host.Reopen().FindAsync("w", 1, Token);
        Assert.Equal((first.Json, first.Source, first.Digest, first.CreatedAt), (found!.Json, found.Source, found.Digest, found.CreatedAt));
        Assert.Equal(("training", "skipper_training"), (found.Definition.Find("a")!.Task, found.Definition.Find("a")!.Queue));
        Assert.Equal(2, (await Store.FindAsync("w", null, Token))!.Version);
        Assert.Same(await Store.FindAsync("w", 1, Token), await Store.FindAsync("w", 1, Token));
    }

    [Fact]
    public async Task The_same_definition_is_the_same_version()
    {
        await AddAsync("w", "training");
        await AddAsync("w", "split_dataset");

        var (again, isNew) = await AddAsync("w", "training", "# another comment\n");
        Assert.Equal((1, false), (again.Version, isNew));
        Assert.DoesNotContain("comment", again.Source, StringComparison.Ordinal);
        Assert.Equal((1, true), await NumberAsync(AddAsync("other", "training")));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await AddAsync("w", "training");

        Assert.Null(await Store.FindAsync("w", 2, Token));
        Assert.Null(await Store.FindAsync("v", null, Token));
        Assert.Empty(await Store.VersionsAsync("v", Token));
    }

    [Fact]
    public async Task Lists_are_in_order()
    {
        await AddAsync("b", "training");
        await AddAsync("a", "training");
        await AddAsync("a", "split_dataset");

        Assert.Equal([("a", 2), ("b", 1)], (await Store.ListAsync(Token)).Select(w => (w.Name, w.Version)));
        Assert.Equal([2, 1], (await Store.VersionsAsync("a", Token)).Select(w => w.Version));
    }

    [Fact]
    public async Task Definitions_that_come_at_once_get_numbers_without_gaps()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => AddAsync("w", "training", $"description: \"{i / 2}\"\n")));

        Assert.Equal(6, added.Count(a => a.IsNew));
        Assert.Equal([6, 5, 4, 3, 2, 1], (await Store.VersionsAsync("w", Token)).Select(w => w.Version));
        Assert.All(added.Chunk(2), pair => Assert.Equal(pair[0].Version.Version, pair[1].Version.Version));
    }

    private static async Task<(int Version, bool IsNew)> NumberAsync(Task<(WorkflowVersion Version, bool IsNew)> adding)
    {
        var (version, isNew) = await adding;
        return (version.Version, isNew);
    }

    private Task<(WorkflowVersion Version, bool IsNew)> AddAsync(string name, string task, string head = "")
    {
        var source = $"{head}name: {name}\nsteps: {{a: {{task: {task}}}}}";
        return Store.AddAsync(PlannedRun.Read(source), source, Token);
    }
}

public sealed class SqliteWorkflowStoreTests : WorkflowStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => Task.FromResult(TestStorage.Sqlite());
}

public sealed class PostgreSqlWorkflowStoreTests : WorkflowStoreContract
{
    protected override Task<TestStorage> CreateStorageAsync() => TestStorage.PostgreSqlAsync();
}
