namespace Skipper.Services.Serving.Lanes;

/// <summary>Why a batch has no more rows than it has.</summary>
internal enum CutReason
{
    /// <summary>Nothing else waited, and waiting could save nothing.</summary>
    Idle,

    /// <summary>As many rows as a batch may have.</summary>
    Full,

    /// <summary>A deadline allows no more rows, or no more waiting.</summary>
    Slack,

    /// <summary>The next call is further away than waiting for it would save.</summary>
    Gap,

    /// <summary>A call that was delivered before shares no batch.</summary>
    Alone,
}
