using Skipper.Shared.Engines.Trees;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// A booster twice: as trees of our own, which answer few rows sooner and everywhere, and as one of the library, which
/// answers many rows sooner. The margins are the same bit for bit.
/// </summary>
internal sealed class BoosterPart : IDisposable
{
    // Measured with 100 trees of depth 6: the library costs 20 µs a call and 1.2 µs a row, the trees 3.5 µs a row.
    private const int FewestNativeRows = 10;

    private readonly Booster? _native;

    private BoosterPart(TreeEnsemble trees, Booster? native)
    {
        Trees = trees;
        _native = native;
    }

    public TreeEnsemble Trees { get; }

    /// <summary>Whether large batches go to the library.</summary>
    public bool UsesLibrary => _native is not null;

    /// <param name="trees">What was read from the booster, and so is known to be harmless.</param>
    /// <param name="booster">The same, as saved by the library.</param>
    /// <param name="library">Version of the library; null = there is none.</param>
    public static BoosterPart Create(TreeEnsemble trees, ReadOnlyMemory<byte> booster, Version? library) =>
        new(trees, library is not null && IsReadable(trees.Version, library) ? Load(trees, booster) : null);

    public void Margins(ReadOnlySpan<float> features, int rows, Span<float> margins)
    {
        if (_native is null || rows < FewestNativeRows)
        {
            Trees.Margins(features, rows, margins);
        }
        else
        {
            _native.Margins(features, rows, margins);
        }
    }

    public void Dispose() => _native?.Dispose();

    // The library reads newer files without an error and predicts wrongly: from 3.1 on, base_score is written in a way
    // that 1.7 takes for 0.5. What it can read, it must also predict as the trees do.
    private static bool IsReadable(Version? made, Version library) =>
        made is null || (made.Major, made.Minor).CompareTo((library.Major, library.Minor)) <= 0;

    private static Booster? Load(TreeEnsemble trees, ReadOnlyMemory<byte> bytes)
    {
        Booster? booster = null;
        try
        {
            // Parameters may not be set while another thread predicts, and the first prediction configures the booster:
            // both happen here, before anybody else can see it. More threads cost more than they save on small batches.
            XGBoostLibrary.Silence();
            booster = Booster.Load(bytes.Span);
            booster.Set("nthread", "1");
            if (PredictsLike(trees, booster))
            {
                return booster;
            }
        }
        catch (XGBoostException)
        {
            // The trees answer everything; the library is only for speed.
        }

        booster?.Dispose();
        return null;
    }

    // A row of zeros, and one where everything is missing.
    private static bool PredictsLike(TreeEnsemble trees, Booster booster)
    {
        var rows = new float[2 * trees.FeatureCount];
        rows.AsSpan(trees.FeatureCount).Fill(float.NaN);
        var (expected, found) = (new float[2 * trees.OutputCount], new float[2 * trees.OutputCount]);
        trees.Margins(rows, 2, expected);
        booster.Margins(rows, 2, found);
        return expected.AsSpan().SequenceEqual(found);
    }
}
