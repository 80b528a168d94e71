using System.Data.Common;
using Skipper.Gateway.Runs;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Gateway.Idempotency;

/// <summary>Which request started which run. Written in the transaction that accepts the run, so that both are there or neither.</summary>
internal sealed class IdempotencyStore(
    [FromKeyedServices(GatewayService.Schema)] Database database, TimeProvider time)
{
    // Waits for another transaction that is writing the same key: afterwards its run is found, or it never was.
    private readonly string _reserve = database.Sql("""
        INSERT INTO gateway.idempotency_keys (scope, key, fingerprint, run_id, created_at)
        VALUES (@Scope, @Key, @Fingerprint, @RunId, @Now)
        ON CONFLICT (scope, key) DO NOTHING
        """);

    private readonly string _find = database.Sql("""
        SELECT run_id AS RunId, fingerprint AS Fingerprint FROM gateway.idempotency_keys WHERE scope = @Scope AND key = @Key
        """);

    /// <summary>Takes a key for a run, and returns the run that has it: if that is another one, do not insert this one.</summary>
    /// <exception cref="MeshException">The key was used before with another payload.</exception>
    public async Task<Guid> TakeAsync(DbTransaction transaction, IdempotencyKey key, Guid runId, CancellationToken cancellationToken)
    {
        var reservation = await ReserveAsync(transaction, key, runId, cancellationToken);
        return reservation.Kind is ReservationKind.PayloadDiffers ? throw key.PayloadDiffers() : reservation.RunId;
    }

    /// <summary>
    /// Takes a key for a run. Where it is taken, nothing is written: do not insert the run, answer with the one that has it.
    /// </summary>
    /// <param name="transaction">The one that inserts the run, at its beginning.</param>
    /// <param name="key">What the client sent.</param>
    /// <param name="runId">The run to insert.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Reservation> ReserveAsync(
        DbTransaction transaction, IdempotencyKey key, Guid runId, CancellationToken cancellationToken)
    {
        var row = new { key.Scope, key.Key, key.Fingerprint, RunId = runId, Now = time.GetUtcNow() };
        if (await transaction.ExecuteAsync(_reserve, row, cancellationToken) == 1)
        {
            return new Reservation(ReservationKind.Made, runId);
        }

        // Between the two statements a sweep may have deleted a key of yesterday: then this request is a new one.
        return await transaction.FirstOrDefaultAsync<Taken>(_find, row, cancellationToken) switch
        {
            null => await ReserveAsync(transaction, key, runId, cancellationToken),
            { } taken when taken.Fingerprint == key.Fingerprint => new Reservation(ReservationKind.Repeated, taken.RunId),
            { } taken => new Reservation(ReservationKind.PayloadDiffers, taken.RunId),
        };
    }

    private sealed record Taken
    {
        public Guid RunId { get; init; }

        public required string Fingerprint { get; init; }
    }
}

/// <summary>What became of a key.</summary>
/// <param name="Kind">Whether the request is new.</param>
/// <param name="RunId">The run that has the key.</param>
internal readonly record struct Reservation(ReservationKind Kind, Guid RunId);

/// <summary>Whether a request is new.</summary>
internal enum ReservationKind
{
    /// <summary>It is: insert the run.</summary>
    Made,

    /// <summary>It came before: answer with that run.</summary>
    Repeated,

    /// <summary>The key came before with another payload: <see cref="IdempotencyKey.PayloadDiffers"/>.</summary>
    PayloadDiffers,
}
