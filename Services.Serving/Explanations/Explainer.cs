using Skipper.Shared.Engines;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Explanations;

/// <summary>Splits predictions into what each input contributed, and answers nothing that does not add up.</summary>
/// <param name="model">What is explained.</param>
/// <param name="outputs">Names of the model's outputs.</param>
/// <param name="inputs">The input that each feature of the model belongs to: several where one input became several features.</param>
internal sealed class Explainer(IExplainedModel model, IReadOnlyList<string> outputs, IReadOnlyList<string> inputs)
{
    /// <summary>How far parts may be from their sum, as a share of the largest of them and 1: trees add up in single precision.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>
    /// So few rows are predicted by trees of our own: the library would keep memory for every thread that ever asked it.
    /// </summary>
    private const int BlockRows = 8;

    /// <param name="features">Shape (rows, features).</param>
    /// <param name="wanted">Outputs, by number.</param>
    /// <param name="cancellationToken">Checked every few rows.</param>
    /// <returns>One object per row: output name to explanation.</returns>
    /// <exception cref="MeshException">A prediction is not finite, or a sum is not what it should be.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, Explanation>> Explain(
        Matrix features, IReadOnlyList<int> wanted, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyDictionary<string, Explanation>>(features.Rows);
        for (var start = 0; start < features.Rows; start += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(BlockRows, features.Rows - start);
            var block = features.Take([.. Enumerable.Range(start, count)]);
            var (predictions, margins) = (model.Predict(block), model.Margins(block));
            var parts = wanted.ToDictionary(output => output, output => model.Explain(block, output));
            for (var row = 0; row < count; row++)
            {
                rows.Add(wanted.ToDictionary(
                    output => outputs[output],
                    output => Explain(start + row, output, predictions[row, output], margins[row, output], parts[output].Row(row)),
                    StringComparer.Ordinal));
            }
        }

        return rows;
    }

    private Explanation Explain(int row, int output, double prediction, double margin, ReadOnlySpan<double> parts)
    {
        var (sum, size) = (0.0, 1.0);
        foreach (var part in parts)
        {
            sum += part;
            size = Math.Max(size, Math.Abs(part));
        }

        if (!double.IsFinite(prediction) || !double.IsFinite(margin) || !double.IsFinite(sum))
        {
            throw MeshException.InvalidArgument(
                $"Row {row}: its values are so far from what the model was trained on that the "
                + $"prediction of '{outputs[output]}' is not finite.");
        }

        if (!(Math.Abs(sum - margin) <= Tolerance * size))
        {
            throw new MeshException(ErrorCode.Internal, FormattableString.Invariant(
                $"Row {row}: the contributions to '{outputs[output]}' add up to {sum:R} and should give {margin:R}. ")
                + "That is a fault of the model file or of its engine; predictions are not concerned.");
        }

        return new Explanation
        {
            Prediction = prediction,
            Margin = margin,
            Bias = parts[^1],
            Contributions = Sum(parts[..^1]),
        };
    }

    private Dictionary<string, double> Sum(ReadOnlySpan<double> parts)
    {
        var contributions = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var feature = 0; feature < parts.Length; feature++)
        {
            contributions[inputs[feature]] = contributions.GetValueOrDefault(inputs[feature]) + parts[feature];
        }

        return contributions;
    }
}
