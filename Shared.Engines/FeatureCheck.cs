using Skipper.Shared.Storage.Arrays;

namespace Skipper.Shared.Engines;

/// <summary>Keeps rows of the wrong width away from native code, which would read past their end.</summary>
internal static class FeatureCheck
{
    public static void Require(Matrix features, int expected)
    {
        if (features.Columns != expected)
        {
            throw new ArgumentException(
                $"The model expects {expected} features per row, found {features.Columns}.", nameof(features));
        }

        if (features.Values.Length != features.Rows * features.Columns)
        {
            throw new ArgumentException(
                $"Expected {features.Rows}x{features.Columns} values, found {features.Values.Length}.", nameof(features));
        }
    }
}
