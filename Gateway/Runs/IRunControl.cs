namespace Skipper.Gateway.Runs;

/// <summary>What people do to runs that exist.</summary>
internal interface IRunControl
{
    /// <summary>
    /// Asks a run to stop. A run that has ended stays as it is, so asking again is harmless.
    /// </summary>
    /// <param name="id">Which run.</param>
    /// <param name="reason">Why, in words for people; absent = not said.</param>
    /// <param name="force">Ends it now, without waiting for its workers to say that they stopped.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>The state of the run after this, one of <see cref="RunState"/>.</returns>
    /// <exception cref="Skipper.Shared.Messaging.Errors.MeshException">No such run (<c>not_found</c>).</exception>
    Task<string> CancelAsync(Guid id, string? reason, bool force, CancellationToken cancellationToken);

    /// <summary>Starts a new run that repeats an ended one, and reuses outputs of its steps.</summary>
    /// <param name="id">The run to repeat.</param>
    /// <param name="from">
    /// <c>failed</c>: the steps that have not succeeded; <c>all</c>: every step; else a step, and what comes after it.
    /// </param>
    /// <param name="cancellationToken">Stops before the run is accepted.</param>
    /// <returns>The id of the new run.</returns>
    /// <exception cref="Skipper.Shared.Messaging.Errors.MeshException">
    /// No such run (<c>not_found</c>), no such step (<c>invalid_argument</c>), the run has not ended or nothing of it has failed
    /// (<c>failed_precondition</c>).
    /// </exception>
    Task<Guid> RerunAsync(Guid id, string from, CancellationToken cancellationToken);
}
