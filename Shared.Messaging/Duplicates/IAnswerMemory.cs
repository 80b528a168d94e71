namespace Skipper.Shared.Messaging.Duplicates;

/// <summary>
/// Remembers answers, so that a request that comes twice is done once. The one that is built in remembers in the memory of one process; a
/// shared one, registered in its place, would recognize repetitions over all workers and restarts.
/// </summary>
public interface IAnswerMemory
{
    /// <summary>The answer that was given under this key, if it is still remembered.</summary>
    ValueTask<RememberedAnswer?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Remembers an answer for as long as the window lasts and there is room.</summary>
    ValueTask RememberAsync(string key, RememberedAnswer answer, CancellationToken cancellationToken);
}

/// <summary>An answer and what it answered.</summary>
/// <param name="Request">Digest of the request's body.</param>
/// <param name="Reply">The reply's body.</param>
public sealed record RememberedAnswer(string Request, ReadOnlyMemory<byte> Reply);
