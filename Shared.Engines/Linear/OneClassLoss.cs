namespace Skipper.Shared.Engines.Linear;

/// <summary>
/// -log probability of the right class, as a function of the score of one class. Given the scores of the others, that is
/// logistic regression with an offset. With no others, the scores are log odds.
/// </summary>
internal sealed class OneClassLoss(Design design, int[] labels, int label) : CoordinateLoss(design)
{
    private readonly double[] _others = new double[design.Rows];

    /// <summary>The other classes; empty for two classes that share one score.</summary>
    public OneClassLoss[] Others { get; set; } = [];

    public override double Curvature => 0.25;

    public override void Begin()
    {
        if (Others.Length > 0)
        {
            var scores = new double[Others.Length];
            for (var row = 0; row < _others.Length; row++)
            {
                for (var other = 0; other < scores.Length; other++)
                {
                    scores[other] = Others[other].Scores[row];
                }

                _others[row] = Softmax.Normalize(scores);
            }
        }

        base.Begin();
    }

    public override double Total(IReadOnlyList<CoordinateLoss> outputs)
    {
        Begin();
        double sum = 0;
        for (var row = 0; row < _others.Length; row++)
        {
            var right = labels[row] == label ? Scores[row] : outputs.Count == 1 ? 0 : outputs[labels[row]].Scores[row];
            sum += Design.Weights[row] * (_others[row] + Softmax.LogOnePlusExp(Scores[row] - _others[row]) - right);
        }

        return sum;
    }

    protected override double Slope(int row) =>
        Softmax.Logistic(Scores[row] - _others[row]) - (labels[row] == label ? 1 : 0);
}
