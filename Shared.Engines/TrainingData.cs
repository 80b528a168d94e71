using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>
/// Features and targets of the training and the validation part; validation may be used for early stopping.
/// </summary>
/// <param name="Features">Training features, shape (rows, features).</param>
/// <param name="Targets">Training targets, shape (rows, targets).</param>
/// <param name="ValidationFeatures">Validation features; may have no rows.</param>
/// <param name="ValidationTargets">Validation targets.</param>
public sealed record TrainingData(Matrix Features, Matrix Targets, Matrix ValidationFeatures, Matrix ValidationTargets)
{
    /// <summary>
    /// Refuses shapes that do not belong together, before an engine reads past the end of one of them.
    /// </summary>
    /// <exception cref="ArgumentException">Says which shapes do not match.</exception>
    public void RequireMatchingShapes()
    {
        Require(Features.Rows > 0, "expected at least one training row, found none");
        Require(Features.Columns > 0, "expected at least one feature column, found none");
        Require(Targets.Columns > 0, "expected at least one target column, found none");
        Require(
            Features.Rows == Targets.Rows,
            $"expected as many target rows as feature rows ({Features.Rows}), found {Targets.Rows}");
        Require(
            ValidationFeatures.Rows == ValidationTargets.Rows,
            $"expected as many validation target rows as feature rows ({ValidationFeatures.Rows}), "
            + $"found {ValidationTargets.Rows}");
        Require(
            ValidationFeatures.Rows == 0
            || (ValidationFeatures.Columns == Features.Columns && ValidationTargets.Columns == Targets.Columns),
            "expected the validation part to have the columns of the training part");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException($"Training data: {message}.");
        }
    }
}
