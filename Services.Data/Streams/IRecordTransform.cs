namespace Skipper.Services.Data.Streams;

/// <summary>
/// Transforms records, a batch at a time: changes their values, leaves them out or fails them, each on its own. Called for several
/// batches at once.
/// </summary>
internal interface IRecordTransform
{
    Task TransformAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken);
}
