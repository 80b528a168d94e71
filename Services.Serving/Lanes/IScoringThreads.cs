namespace Skipper.Services.Serving.Lanes;

/// <summary>Where engines run.</summary>
internal interface IScoringThreads
{
    /// <summary>How many there are: more batches do not run at a time.</summary>
    int Count { get; }

    /// <summary>Runs something soon, in order of arrival; it must not throw.</summary>
    void Queue(Action work);
}
