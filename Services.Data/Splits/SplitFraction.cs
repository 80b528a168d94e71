using System.Globalization;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Splits;

/// <summary>
/// The share of rows that is held out: once for the test part, once more, of what is left, for the validation part.
/// </summary>
internal readonly record struct SplitFraction(double Value)
{
    public static SplitFraction Default { get; } = new(0.2);

    public static SplitFraction Parse(string? text)
    {
        if (text is null)
        {
            return Default;
        }

        const NumberStyles Styles = NumberStyles.Float;
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1
            ? new SplitFraction(value)
            : throw MeshException.InvalidArgument(
                $"payload is the test fraction: expected a number more than 0 and less than 1 such as 0.2, found '{text}'.");
    }

    /// <summary>Rows of each part; parts are rounded up, as the original engine's library does.</summary>
    public (int Train, int Test, int Validation) Divide(int rows)
    {
        var test = Share(rows);
        var validation = Share(rows - test);
        var train = rows - test - validation;
        return train >= 2 && test >= 1 && validation >= 1
            ? (train, test, validation)
            : throw MeshException.InvalidArgument(string.Create(
                CultureInfo.InvariantCulture,
                $"A test fraction of {Value} divides {rows} rows into {train} for training, {test} for test and {validation} for "
                + $"validation; at least 2, 1 and 1 are needed. Choose another fraction or import more rows."));
    }

    // 0.1 * 30 is a little more than 3 in binary, and must not become 4.
    private int Share(int rows) => (int)Math.Ceiling((rows * Value) - 1e-9);
}
