using System.Globalization;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// What a request may set, and what is always set so that results do not depend on the library's defaults.
/// </summary>
internal static class BoostingParameters
{
    public const string Rounds = "rounds";

    public const string EarlyStoppingRounds = "early_stopping_rounds";

    public static IReadOnlyList<EngineParameter> All { get; } =
    [
        new(Rounds, 400, 1, 100_000, IsInteger: true),
        new("max_depth", 4, 1, 32, IsInteger: true),
        new("eta", 0.08, 1e-6, 1),
        new("subsample", 0.8, 0.01, 1),
        new("colsample_bytree", 1, 0.01, 1),
        new("min_child_weight", 2, 0, 1e9),
        new("reg_lambda", 1, 0, 1e9),
        new("max_bin", 256, 2, 65_536, IsInteger: true),
        new(EarlyStoppingRounds, 50, 0, 100_000, IsInteger: true),
    ];

    /// <summary>
    /// Sets everything; one thread, because the order of additions, and so the model, depends on their number.
    /// </summary>
    public static void Apply(Booster booster, IReadOnlyDictionary<string, double> parameters, int seed, float baseScore)
    {
        booster.Set("booster", "gbtree");
        booster.Set("objective", "reg:squarederror");
        booster.Set("tree_method", "hist");
        booster.Set("eval_metric", "rmse");
        booster.Set("base_score", baseScore.ToString("R", CultureInfo.InvariantCulture));
        booster.Set("seed", seed.ToString(CultureInfo.InvariantCulture));
        booster.Set("nthread", "1");
        foreach (var parameter in All)
        {
            // These two are ours: the library's C interface knows neither the loop nor early stopping.
            if (parameter.Name is not (Rounds or EarlyStoppingRounds))
            {
                booster.Set(parameter.Name, parameters[parameter.Name].ToString("R", CultureInfo.InvariantCulture));
            }
        }
    }
}
