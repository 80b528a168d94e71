namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// What a model's sums mean: the objectives of XGBoost whose predictions are numbers, probabilities or scores, with the
/// same single precision formulas as the library (src/objective of its sources).
/// </summary>
internal sealed record Objective
{
    private static readonly Objective[] Known =
    [
        Identity("reg:squarederror", ModelTask.Regression),
        Identity("reg:linear", ModelTask.Regression),
        Identity("reg:squaredlogerror", ModelTask.Regression),
        Identity("reg:pseudohubererror", ModelTask.Regression),
        Identity("reg:absoluteerror", ModelTask.Regression),
        Logistic("reg:logistic", ModelTask.Regression),
        Logistic("binary:logistic", ModelTask.Binary),
        Exponential("count:poisson"),
        Exponential("reg:gamma"),
        Exponential("reg:tweedie"),
        Identity("multi:softprob", ModelTask.Multiclass) with { Predict = Softmax },
        Identity("multi:softmax", ModelTask.Multiclass) with { Predict = Softmax },
        Identity("rank:pairwise", ModelTask.Ranking),
        Identity("rank:ndcg", ModelTask.Ranking),
        Identity("rank:map", ModelTask.Ranking),
    ];

    public required string Name { get; init; }

    public required ModelTask Task { get; init; }

    /// <summary>The margin that every row starts with, of the model's base score.</summary>
    public required Func<float, float> BaseMargin { get; init; }

    /// <summary>Turns the margins of one row into its predictions, in place.</summary>
    public required RowTransform Predict { get; init; }

    /// <exception cref="InvalidDataException">Not one that is known; says which are.</exception>
    public static Objective Find(string name) => Known.FirstOrDefault(objective => objective.Name == name)
        ?? throw new InvalidDataException(
            $"The objective '{(name.Length > 80 ? name[..80] : name)}' of the model is not supported; "
            + $"supported: {string.Join(", ", Known.Select(objective => objective.Name))}.");

    private static Objective Identity(string name, ModelTask task) => new()
    {
        Name = name,
        Task = task,
        BaseMargin = score => score,
        Predict = _ => { },
    };

    private static Objective Logistic(string name, ModelTask task) => new()
    {
        Name = name,
        Task = task,
        BaseMargin = score => -MathF.Log((1 / score) - 1),
        Predict = Sigmoid,
    };

    private static Objective Exponential(string name) => new()
    {
        Name = name,
        Task = ModelTask.Regression,
        BaseMargin = MathF.Log,
        Predict = row =>
        {
            foreach (ref var value in row)
            {
                value = MathF.Exp(value);
            }
        },
    };

    private static void Sigmoid(Span<float> row)
    {
        // Beyond this, the exponential is no longer a single precision number.
        const float LargestExponent = 88.7f;
        foreach (ref var value in row)
        {
            value = 1 / (MathF.Exp(MathF.Min(-value, LargestExponent)) + 1);
        }
    }

    private static void Softmax(Span<float> row)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in row)
        {
            largest = MathF.Max(largest, value);
        }

        var sum = 0.0;
        foreach (ref var value in row)
        {
            value = MathF.Exp(value - largest);
            sum += value;
        }

        foreach (ref var value in row)
        {
            value /= (float)sum;
        }
    }
}

/// <summary>Changes the numbers of one row in place.</summary>
internal delegate void RowTransform(Span<float> row);
