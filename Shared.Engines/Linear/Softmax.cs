namespace Skipper.Shared.Engines.Linear;

/// <summary>Scores to probabilities, without overflow.</summary>
internal static class Softmax
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static double Logistic(double score)
    {
        var small = Math.Exp(-Math.Abs(score));
        return score >= 0 ? 1 / (1 + small) : small / (1 + small);
    }

    /// <summary>log(1 + e^x).</summary>
    public static double LogOnePlusExp(double score) =>
        Math.Max(score, 0) + double.LogP1(Math.Exp(-Math.Abs(score)));

    /// <summary>Replaces scores by e^score / sum; returns the logarithm of the sum.</summary>
    public static double Normalize(Span<double> scores)
    {
        var largest = double.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, score);
        }

        double sum = 0;
        foreach (ref var score in scores)
        {
            score = Math.Exp(score - largest);
            sum += score;
        }

        foreach (ref var score in scores)
        {
            score /= sum;
        }

        return largest + Math.Log(sum);
    }
}
