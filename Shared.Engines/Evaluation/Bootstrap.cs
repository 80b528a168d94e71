namespace Skipper.Shared.Engines.Evaluation;

/// <summary>
/// Percentile intervals (Efron 1979): rows are drawn with replacement, as many as there are, and all metrics are measured
/// again; the middle 95 % of what comes out is the interval.
/// </summary>
internal sealed class Bootstrap(EvaluationOptions options, CancellationToken cancellationToken)
{
    private const int FewestResamples = 100;

    // Rows looked at in all resamples together: a few seconds.
    private const long MostWork = 100_000_000;

    /// <summary>Measures, and finds intervals.</summary>
    /// <param name="names">One per metric.</param>
    /// <param name="weights">One per row, or per query: what is drawn.</param>
    /// <param name="work">How much work it is to look at one of them, in rows.</param>
    /// <param name="measure">Metrics of the rows by their weights; not finite where not defined.</param>
    public IReadOnlyDictionary<string, Estimate> Measure(
        IReadOnlyList<string> names, double[] weights, long work, Func<double[], double[]> measure)
    {
        var values = measure(weights);
        var draws = Draw(weights, Resamples(weights.Length * Math.Max(1, work)), measure);
        return names.Select((name, i) => (name, Estimate: Estimate(values[i], [.. draws.Select(draw => draw[i]).Where(double.IsFinite)])))
            .ToDictionary(pair => pair.name, pair => pair.Estimate, StringComparer.Ordinal);
    }

    private int Resamples(long work) =>
        (int)Math.Min(options.Resamples, Math.Max(FewestResamples, MostWork / Math.Max(1, work)));

    // Each resample has a generator of its own, so that it is the same whichever thread draws it.
    private double[][] Draw(double[] weights, int resamples, Func<double[], double[]> measure)
    {
        if (weights.Length < 2)
        {
            return [];
        }

        var root = new SplitMix((ulong)(uint)options.Seed);
        var generators = new SplitMix[resamples];
        for (var resample = 0; resample < resamples; resample++)
        {
            generators[resample] = root.Split();
        }

        var draws = new double[resamples][];
        Parallel.For(
            0,
            resamples,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new double[weights.Length],
            (resample, _, drawn) =>
            {
                Draw(weights, generators[resample], drawn);
                draws[resample] = measure(drawn);
                return drawn;
            },
            _ => { });
        return draws;
    }

    private static void Draw(double[] weights, SplitMix random, double[] drawn)
    {
        Array.Clear(drawn);
        for (var i = 0; i < weights.Length; i++)
        {
            var chosen = random.Below(weights.Length);
            drawn[chosen] += weights[chosen];
        }
    }

    private Estimate Estimate(double value, double[] draws)
    {
        if (!double.IsFinite(value) || draws.Length < 2)
        {
            return new Estimate(double.IsFinite(value) ? value : null, null, null);
        }

        Array.Sort(draws);
        var outside = (1 - options.Confidence) / 2;
        return new Estimate(value, Quantile(draws, outside), Quantile(draws, 1 - outside));
    }

    private static double Quantile(double[] sorted, double part)
    {
        var place = part * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    // Steele, Lea and Flood 2014. The generator of .NET may change with a version; intervals must not.
    private struct SplitMix(ulong state)
    {
        public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

        public SplitMix Split() => new(Next());

        private ulong Next()
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
