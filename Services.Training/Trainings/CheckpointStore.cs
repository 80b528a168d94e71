using Dapper;
using Skipper.Shared.Storage.Databases;

namespace Skipper.Services.Training.Trainings;

/// <summary>What an interrupted training goes on with, kept where the next attempt finds it: on any machine.</summary>
internal sealed class CheckpointStore([FromKeyedServices(TrainingService.Schema)] Database database, TimeProvider time)
{
    // Longer than any run goes on trying.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly string _save = database.Sql(
        """
        INSERT INTO training.checkpoints (step_id, number, finished, content, saved_at)
        VALUES (@stepId, @number, @finished, @content, @now)
        ON CONFLICT (step_id, number) DO UPDATE
        SET finished = excluded.finished, content = excluded.content, saved_at = excluded.saved_at
        """);

    private readonly string _find = database.Sql(
        "SELECT finished AS Finished, content AS Content FROM training.checkpoints WHERE step_id = @stepId AND number = @number");

    private readonly string _delete = database.Sql(
        "DELETE FROM training.checkpoints WHERE step_id = @stepId OR saved_at < @expired");

    /// <summary>Keeps the newest state of a model, in place of the one before.</summary>
    public Task SaveAsync(Guid stepId, int number, Checkpoint checkpoint, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            _save,
            new { stepId, number, finished = checkpoint.Finished, content = checkpoint.Content, now = time.GetUtcNow() },
            transaction),
        cancellationToken);

    /// <summary>The newest state of a model; null = there is none.</summary>
    public Task<Checkpoint?> FindAsync(Guid stepId, int number, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.QueryFirstOrDefaultAsync<Checkpoint>(
            new CommandDefinition(_find, new { stepId, number }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Deletes those of a step, and those that nobody came back for.</summary>
    public Task DeleteAsync(Guid stepId, CancellationToken cancellationToken) => database.WriteAsync(
        transaction => transaction.Connection!.ExecuteAsync(
            _delete, new { stepId, expired = time.GetUtcNow() - Kept }, transaction),
        cancellationToken);
}

/// <summary>A state of a model.</summary>
internal sealed record Checkpoint
{
    /// <summary>Whether the content is the model file; otherwise what its engine resumes from.</summary>
    public bool Finished { get; init; }

    /// <summary>The bytes.</summary>
    public required byte[] Content { get; init; }
}
