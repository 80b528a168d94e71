using System.Text.Json;
using Skipper.Services.Serving.Models;

namespace Skipper.Services.Serving.Predictions;

/// <summary>The one row of a request that is no bundle, as it came; errors do not name its number.</summary>
/// <param name="row">An object; null where the request has none.</param>
internal sealed class RawRow(JsonSlice? row) : RowSource
{
    public override int Count => 1;

    public override void Read(ServedModel model, RowBatch batch)
    {
        if (row is { } json && ModelRows.TryReadQuick(json.Utf8.Span, null, allowArray: false, model, batch.Row(0)) > 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(row is { } slice ? slice.Utf8.Span : default, isFinalBlock: row is not null, default);
        reader.Read();
        ModelRows.Read(ref reader, null, allowArray: false, model, batch.Row(0));
    }
}
