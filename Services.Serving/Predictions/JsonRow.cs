using System.Text.Json;
using Skipper.Services.Serving.Models;

namespace Skipper.Services.Serving.Predictions;

/// <summary>The one row of a request that is no bundle; errors do not name its number.</summary>
internal sealed class JsonRow(JsonElement row) : RowSource
{
    public override int Count => 1;

    public override void Read(ServedModel model, RowBatch batch) => Read(row, null, allowArray: false, model, batch.Row(0));

    /// <summary>Reads one row, the way its model takes it.</summary>
    public static void Read(JsonElement row, int? number, bool allowArray, ServedModel model, Span<double> features)
    {
        if (model.Preparation is { } preparation)
        {
            preparation.Read(row, number, allowArray, features);
        }
        else
        {
            new RowReader(model.Signature, number).Read(row, allowArray, features);
        }
    }
}
