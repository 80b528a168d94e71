using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Rollouts;

/// <summary>What a version predicted for the rows of a call; a copy, as the call goes on.</summary>
/// <param name="Outputs">Names of the predicted values.</param>
/// <param name="IsClassification">Whether they are probabilities of classes.</param>
/// <param name="Predictions">Shape (rows, outputs).</param>
/// <param name="Refused">By row, whether it was refused.</param>
internal sealed record Answers(IReadOnlyList<string> Outputs, bool IsClassification, Matrix Predictions, IReadOnlyList<bool> Refused)
{
    public static Answers Of(ServedModel model, RowBatch rows) => new(
        model.Outputs,
        model.Manifest.Task is "binary" or "multiclass",
        new Matrix(rows.Count, model.Outputs.Count, [.. rows.Predictions!.Values]),
        [.. Enumerable.Range(0, rows.Count).Select(row => rows.Error(row) is not null)]);

    /// <summary>Compares predictions for the same rows with those of the baseline.</summary>
    /// <param name="baseline">What the baseline predicted.</param>
    /// <param name="tolerance">By how much numbers may differ before they disagree, as a share of the larger of 1 and the baseline's.</param>
    /// <param name="request">Names the call.</param>
    public LaneCounts CompareWith(Answers baseline, double tolerance, string request)
    {
        var counts = new LaneCounts();
        int[] columns = [.. baseline.Outputs.Select(output => Outputs.ToList().IndexOf(output))];
        for (var row = 0; row < Refused.Count; row++)
        {
            if (Refused[row] && baseline.Refused[row])
            {
                continue;
            }

            counts.Compared++;
            counts.Disagreed += Refused[row] || baseline.Refused[row] || Disagree(row) ? 1 : 0;
        }

        return counts;

        bool Disagree(int row)
        {
            var disagree = false;
            for (var output = 0; output < columns.Length; output++)
            {
                var expected = baseline.Predictions[row, output];
                var difference = Predictions[row, columns[output]] - expected;
                counts.Difference(baseline.Outputs[output]).Add(difference, request);
                disagree |= Math.Abs(difference) > tolerance * Math.Max(1, Math.Abs(expected));
            }

            return baseline.IsClassification ? Class(row) != baseline.Class(row) : disagree;
        }
    }

    /// <summary>The most probable class; where there is only the probability of the second class, whether it is that.</summary>
    private string Class(int row)
    {
        var probabilities = Predictions.Row(row);
        var best = 0;
        for (var output = 1; output < probabilities.Length; output++)
        {
            best = probabilities[output] > probabilities[best] ? output : best;
        }

        return probabilities.Length > 1 || probabilities[0] >= 0.5 ? Outputs[best] : "";
    }
}
