namespace Skipper.Shared.Engines.Evaluation;

/// <summary>Rows from the largest score to the smallest, sorted once and measured under many weights.</summary>
internal sealed class RankedScores
{
    private readonly double[] _scores;
    private readonly int[] _rows;
    private readonly bool[] _isPositive;

    /// <param name="scores">One per row.</param>
    /// <param name="isPositive">Whether the row should have a large one.</param>
    public RankedScores(double[] scores, bool[] isPositive)
    {
        _scores = scores;
        _rows = [.. Enumerable.Range(0, scores.Length)];
        _isPositive = isPositive;
        Array.Sort(_scores, _rows);
        Array.Reverse(_scores);
        Array.Reverse(_rows);
    }

    /// <summary>
    /// Area under the ROC curve: the chance that a positive row has a larger score than a negative one, where the same
    /// score counts half. NaN without rows of both kinds.
    /// </summary>
    public double AreaUnderCurve(double[] weights)
    {
        double area = 0, positives = 0, negatives = 0;
        for (var start = 0; start < _rows.Length;)
        {
            var (positive, negative) = Tied(ref start, weights);
            area += negative * (positives + (positive / 2));
            positives += positive;
            negatives += negative;
        }

        return area / (positives * negatives);
    }

    /// <summary>The mean of the precision over the positive rows, each at its own score. NaN without positive rows.</summary>
    public double AveragePrecision(double[] weights)
    {
        double sum = 0, positives = 0, all = 0;
        for (var start = 0; start < _rows.Length;)
        {
            var (positive, negative) = Tied(ref start, weights);
            positives += positive;
            all += positive + negative;
            sum += positive > 0 ? positive * positives / all : 0;
        }

        return sum / positives;
    }

    private (double Positive, double Negative) Tied(ref int start, double[] weights)
    {
        double positive = 0, negative = 0;
        for (var score = _scores[start]; start < _rows.Length && _scores[start] == score; start++)
        {
            var row = _rows[start];
            if (_isPositive[row])
            {
                positive += weights[row];
            }
            else
            {
                negative += weights[row];
            }
        }

        return (positive, negative);
    }
}
