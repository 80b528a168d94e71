using Skipper.Services.Serving.Models;
using Skipper.Services.Serving.Predictions;

namespace Skipper.Services.Serving.Tests.Lanes;

/// <summary>Of a call whose rows were read already.</summary>
internal sealed class NoRows : RowSource
{
    public override int Count => 0;

    public override void Read(ServedModel model, RowBatch batch)
    {
        // Lanes get rows that were read.
    }
}
