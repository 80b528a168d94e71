using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// What a request may set, and what is always set so that results do not depend on the library's defaults.
/// </summary>
internal static class BoostingParameters
{
    public const string Rounds = "rounds";

    public const string EarlyStoppingRounds = "early_stopping_rounds";

    private const string TreeMethod = "tree_method";

    public static IReadOnlyList<EngineParameter> All { get; } =
    [
        new(Rounds, 400, 1, 100_000, IsInteger: true),
        new("max_depth", 4, 1, 32, IsInteger: true),
        new("eta", 0.08, 1e-6, 1),
        new("subsample", 0.8, 0.01, 1),
        new("colsample_bytree", 1, 0.01, 1),
        new("min_child_weight", 2, 0, 1e9),
        new("reg_lambda", 1, 0, 1e9),
        new("reg_alpha", 0, 0, 1e9),
        new("gamma", 0, 0, 1e9),
        new("max_bin", 256, 2, 65_536, IsInteger: true),
        new(EarlyStoppingRounds, 50, 0, 100_000, IsInteger: true),
    ];

    // The number of threads is one because the order of additions, and so the model, depends on it. Random numbers start
    // anew with each round, so that a resumed training draws the same ones. Names that a version of the library does not
    // know are ignored by it: the last ones came with 2.0, the one before them went with it.
    private static readonly (string Name, string Value)[] Fixed =
    [
        ("booster", "gbtree"),
        (TreeMethod, "hist"),
        ("grow_policy", "depthwise"),
        ("max_leaves", "0"),
        ("max_delta_step", "0"),
        ("colsample_bylevel", "1"),
        ("colsample_bynode", "1"),
        ("num_parallel_tree", "1"),
        ("sampling_method", "uniform"),
        ("scale_pos_weight", "1"),
        ("seed_per_iteration", "1"),
        ("nthread", "1"),
        ("num_pairsample", "1"),
        ("device", "cpu"),
        ("multi_strategy", "one_output_per_tree"),
        ("lambdarank_pair_method", "mean"),
        ("lambdarank_num_pair_per_sample", "1"),
    ];

    /// <summary>The metric that decides when to stop.</summary>
    public static string Metric(ModelTask task) => task switch
    {
        ModelTask.Binary => "logloss",
        ModelTask.Multiclass => "mlogloss",
        ModelTask.Ranking => "ndcg",
        _ => "rmse",
    };

    /// <summary>Sets everything; the same again on a booster that was loaded to be trained further.</summary>
    public static void Apply(
        Booster booster, TrainingData data, IReadOnlyDictionary<string, double> parameters, int seed, double baseScore)
    {
        booster.Set("objective", data.Task switch
        {
            ModelTask.Binary => "binary:logistic",
            ModelTask.Multiclass => "multi:softprob",
            ModelTask.Ranking => "rank:ndcg",
            _ => "reg:squarederror",
        });
        if (data.Task == ModelTask.Multiclass)
        {
            booster.Set("num_class", data.ClassCount.ToString(CultureInfo.InvariantCulture));
        }

        booster.Set("eval_metric", Metric(data.Task));
        booster.Set("base_score", ((float)baseScore).ToString("R", CultureInfo.InvariantCulture));
        booster.Set("seed", seed.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in Fixed)
        {
            booster.Set(name, value);
        }

        foreach (var parameter in All)
        {
            // These two are ours: the library's C interface knows neither the loop nor early stopping.
            if (parameter.Name is not (Rounds or EarlyStoppingRounds))
            {
                booster.Set(parameter.Name, parameters[parameter.Name].ToString("R", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>
    /// Makes the booster draw random numbers as one would that was loaded just now: the generator for columns belongs to
    /// the tree method, and a change of it, there and back, makes a new one. All has to be set again after it.
    /// </summary>
    public static void Forget(Booster booster)
    {
        booster.Set(TreeMethod, "approx");

        // The library looks at what was set when it is asked something.
        _ = booster.BoostedRounds;
    }
}
