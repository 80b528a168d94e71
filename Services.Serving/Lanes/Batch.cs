namespace Skipper.Services.Serving.Lanes;

/// <summary>What goes into the engine at once.</summary>
/// <param name="Parts">In order; together the rows of the batch.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Reason">Why it has no more.</param>
/// <param name="Deadline">When the first of its calls stops waiting, by the clock's timestamp.</param>
internal sealed record Batch(IReadOnlyList<BatchPart> Parts, int Rows, CutReason Reason, long Deadline);
