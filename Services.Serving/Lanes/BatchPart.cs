namespace Skipper.Services.Serving.Lanes;

/// <summary>Rows of a call in a batch.</summary>
/// <param name="Call">The call.</param>
/// <param name="First">Its first row here, among those that are scored.</param>
/// <param name="Count">Number of its rows here.</param>
internal readonly record struct BatchPart(LaneCall Call, int First, int Count);
