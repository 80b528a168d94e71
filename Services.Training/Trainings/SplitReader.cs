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
    public async Task<SplitArrays> ReadAsync(DatasetSplit split, CancellationToken cancellationToken) => new(
        await ReadPartAsync(split, split.Train, cancellationToken),
        await ReadPartAsync(split, split.Test, cancellationToken),
        await ReadPartAsync(split, split.Validation, cancellationToken));

    private async Task<PartArrays> ReadPartAsync(DatasetSplit split, SplitPart part, CancellationToken cancellationToken) => new(
        await ReadMatrixAsync(part.Features, part.RowCount, split.Features.Count, cancellationToken),
        await ReadMatrixAsync(part.Targets, part.RowCount, split.Targets.Count, cancellationToken));

    private async Task<Matrix> ReadMatrixAsync(string digest, int rows, int columns, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        try
        {
            await using var stream = await artifacts.OpenAsync(digest, cancellationToken);
            await stream.CopyToAsync(buffer, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw new MeshException(
                ErrorCode.FailedPrecondition,
                $"Artifact {digest} of the split is not in this process's artifact store. The data and the training "
                + "service must share one: the same Skipper:DataDirectory, or Skipper:Artifacts:Store = postgresql.",
                exception);
        }

        buffer.Position = 0;
        var matrix = NpyFile.Read(buffer);
        return matrix.Rows == rows && matrix.Columns == columns
            ? matrix
            : throw new InvalidDataException(
                $"Artifact {digest} should have {rows}x{columns} values by its split, found {matrix.Rows}x{matrix.Columns}.");
    }
}
