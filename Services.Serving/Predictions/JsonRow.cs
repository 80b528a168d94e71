using System.Text.Json;
using Skipper.Services.Serving.Models;

namespace Skipper.Services.Serving.Predictions;

/// <summary>The one row of a request that is no bundle; errors do not name its number.</summary>
internal sealed class JsonRow(JsonElement row) : RowSource
{
    public override int Count => 1;

    public override void Read(ServedModel model, RowBatch batch) =>
        new RowReader(model.Signature, null).Read(row, allowArray: false, batch.Row(0));
}
