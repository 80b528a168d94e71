namespace Skipper.Shared.Engines.XGBoost;

/// <summary>How far the booster of one target is.</summary>
/// <param name="Round">The next round, from 0.</param>
/// <param name="Best">The round with the best score so far.</param>
/// <param name="BestScore">Its score; less is better.</param>
/// <param name="Booster">What to resume from; empty to start anew.</param>
internal readonly record struct BoostingState(int Round, int Best, double BestScore, ReadOnlyMemory<byte> Booster)
{
    public static BoostingState Start { get; } = new(0, 0, double.PositiveInfinity, default);

    public BoostingState After(double score) => score < BestScore
        ? this with { Round = Round + 1, Best = Round, BestScore = score }
        : this with { Round = Round + 1 };
}
