using Skipper.Shared.Engines.Transforms;

namespace Skipper.Services.Data.Features.Fitting;

/// <summary>Learns a transform from the values of a column, as the steps before it leave them.</summary>
internal interface IStepFitter
{
    void Add(CellValue value);

    /// <exception cref="Shared.Messaging.Errors.MeshException">The values are not such that it can be learned.</exception>
    ColumnTransform Finish(string column);
}
