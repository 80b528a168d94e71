using System.Text;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Models;

/// <summary>What reading a value of a column needs, side by side.</summary>
/// <param name="Quoted">The name as valid JSON has it, in quotes; null where that may be written in several ways.</param>
/// <param name="Mean">Mean of the training part.</param>
/// <param name="StandardDeviation">Standard deviation of the training part.</param>
/// <param name="IsInteger">Whether only whole numbers are taken.</param>
internal readonly record struct SignatureColumn(byte[]? Quoted, double Mean, double StandardDeviation, bool IsInteger)
{
    public static SignatureColumn Of(FeatureColumn feature) => new(
        feature.Name.AsSpan().IndexOfAny('"', '\\') < 0 ? Encoding.UTF8.GetBytes($"\"{feature.Name}\"") : null,
        feature.Mean,
        feature.StandardDeviation,
        feature.Type == "integer");
}
