using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Training.Trainings;

/// <summary>Loads the arrays that a split refers to.</summary>
internal sealed class SplitReader(IArtifactStore artifacts)
{
    /// <exception cref="MeshException">An array is not there.</exception>
    /// <exception cref="InvalidDataException">An array is not what the split says it is.</exception>
    public async Task<SplitArrays> ReadAsync(DatasetSplit split, CancellationToken cancellationToken)
    {
        SplitPart[] wanted = [split.Train, split.Test, split.Validation];
        var parts = await Task.WhenAll(wanted.Select(part => ReadPartAsync(split, part, cancellationToken)));
        return new SplitArrays(parts[0], parts[1], parts[2]);
    }

    private async Task<PartArrays> ReadPartAsync(DatasetSplit split, SplitPart part, CancellationToken cancellationToken) => new(
        await ReadMatrixAsync(part.Features, part.RowCount, split.Features.Count, cancellationToken),
        await ReadMatrixAsync(part.Targets, part.RowCount, split.Targets.Count, cancellationToken));

    private async Task<Matrix> ReadMatrixAsync(string digest, int rows, int columns, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await artifacts.OpenAsync(digest, cancellationToken);

            // On another thread: the parts are read, and their digests verified, side by side.
            return await Task.Run(() => NpyFile.Read(stream, rows, columns), cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"Artifact {digest} is not what its split says. {exception.Message}", exception);
        }
        catch (FileNotFoundException exception)
        {
            throw new MeshException(
                ErrorCode.FailedPrecondition,
                $"Artifact {digest} of the split is not in this process's artifact store. The data and the training "
                + "service must share one: the same Skipper:DataDirectory, or Skipper:Artifacts:Store = postgresql.",
                exception);
        }
    }
}
