using Skipper.Gateway.Idempotency;
using Skipper.Gateway.Retention;
using Skipper.Gateway.Tests.RunsApi;
using Skipper.Testing;

namespace Skipper.Gateway.Tests.Idempotency;

/// <summary>What becomes of keys, on every database.</summary>
public abstract class IdempotencyStoreContract : IAsyncLifetime
{
    private static readonly IdempotencyKey Key = new("/tasks", "k", "f");

    private RunsApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<TestStorage> CreateStorageAsync();

    public async ValueTask InitializeAsync() => _host = new RunsApiHost(await CreateStorageAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_key_belongs_to_the_run_that_took_it_first()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());

        Assert.Equal(new Reservation(ReservationKind.Made, first), await ReserveAsync(Key, first));
        Assert.Equal(new Reservation(ReservationKind.Repeated, first), await ReserveAsync(Key, second));
        Assert.Equal(new Reservation(ReservationKind.PayloadDiffers, first), await ReserveAsync(Key with { Fingerprint = "g" }, second));
        Assert.Equal(new Reservation(ReservationKind.Made, second), await ReserveAsync(Key with { Scope = "/runs" }, second));
    }

    [Fact]
    public async Task A_key_whose_run_was_not_accepted_is_free()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.Database.WriteAsync<int>(
            async transaction =>
            {
                await Store.ReserveAsync(transaction, Key, Guid.NewGuid(), Token);
                throw new InvalidOperationException("The run was not inserted.");
            },
            Token));

        Assert.Equal(ReservationKind.Made, (await ReserveAsync(Key, Guid.NewGuid())).Kind);
    }

    [Fact]
    public async Task Requests_at_the_same_time_get_the_same_run()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ReserveAsync(Key, Guid.NewGuid())));

        var made = Assert.Single(answers, answer => answer.Kind is ReservationKind.Made);
        Assert.All(answers, answer => Assert.Equal(made.RunId, answer.RunId));
    }

    [Fact]
    public async Task Two_requests_of_one_transaction_get_the_same_run()
    {
        var id = Guid.NewGuid();
        var second = await _host.Database.WriteAsync(
            async transaction =>
            {
                await Store.ReserveAsync(transaction, Key, id, Token);
                return await Store.ReserveAsync(transaction, Key, Guid.NewGuid(), Token);
            },
            Token);

        Assert.Equal(new Reservation(ReservationKind.Repeated, id), second);
    }

    [Fact]
    public async Task A_key_is_free_again_after_its_time()
    {
        await ReserveAsync(Key, Guid.NewGuid());
        var born = _host.Time.GetUtcNow();
        _host.Time.Advance(1);
        await ReserveAsync(Key with { Key = "younger" }, Guid.NewGuid());

        Assert.Equal(0, await _host.Get<RetentionStore>().DeleteKeysAsync(born, 10, Token));
        Assert.Equal(1, await _host.Get<RetentionStore>().DeleteKeysAsync(born.AddSeconds(1), 10, Token));
        Assert.Equal(ReservationKind.Made, (await ReserveAsync(Key, Guid.NewGuid())).Kind);
    }

    private IdempotencyStore Store => _host.Get<IdempotencyStore>();

    private Task<Reservation> ReserveAsync(IdempotencyKey key, Guid run) => _host.Database.WriteAsync(
        transaction => Store.ReserveAsync(transaction, key, run, Token), Token);
}
