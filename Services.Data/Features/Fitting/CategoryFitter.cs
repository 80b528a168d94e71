using System.Globalization;
using Skipper.Shared.Engines.Transforms;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>Learns the categories of a column: texts in ordinal order, numbers by size.</summary>
internal sealed class CategoryFitter(bool oneHot, bool refuseUnknown) : IStepFitter
{
    private const int MostCategories = 1000;

    private readonly HashSet<CellValue> _values = [];

    public void Add(CellValue value)
    {
        if (!value.IsMissing && _values.Count <= MostCategories)
        {
            _values.Add(value);
        }
    }

    public ColumnTransform Finish(string column)
    {
        if (_values.Count is 0 or > MostCategories)
        {
            throw MeshException.FailedPrecondition(
                $"{column} must have 1 to {MostCategories} categories in the training part, found "
                + $"{(_values.Count == 0 ? "none" : "more")}: leave it out, or group its values first.");
        }

        string[] names = [.. _values
            .OrderBy(value => value.Number)
            .ThenBy(value => value.Text, StringComparer.Ordinal)
            .Select(value => value.Text ?? value.Number.ToString("R", CultureInfo.InvariantCulture))];
        return oneHot
            ? new OneHotTransform { Names = names, RefuseUnknown = refuseUnknown }
            : new OrdinalTransform { Names = names, RefuseUnknown = refuseUnknown };
    }
}
