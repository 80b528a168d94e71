namespace Skipper.Services.Data.Features;

/// <summary>What is computed in a window, see <see cref="Skipper.Shared.Messaging.Contracts.FeatureAggregate"/>.</summary>
internal enum WindowFunction
{
    Rows,
    Count,
    Sum,
    Mean,
    Min,
    Max,
    Std,
    Quantile,
    CircularMean,
    Steadiness,
}

/// <summary>One number of a window.</summary>
/// <param name="Name">Of the new column.</param>
/// <param name="Function">What is computed.</param>
/// <param name="Column">Of which column; -1 = of rows.</param>
/// <param name="Weight">Column by which directions are weighted; -1 = all alike.</param>
/// <param name="Share">Which quantile.</param>
internal sealed record WindowColumn(string Name, WindowFunction Function, int Column = -1, int Weight = -1, double Share = 0);
