using System.Text.Json;
using Skipper.Services.Serving.Models;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

/// <summary>Rows of a JSON array: objects with one member per feature, or arrays in the model's feature order.</summary>
internal sealed class JsonRows(IReadOnlyList<JsonElement> rows) : RowSource
{
    public override int Count => rows.Count;

    public override void Read(ServedModel model, RowBatch batch)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            try
            {
                ModelRows.Read(rows[row], row, allowArray: true, model, batch.Row(row));
            }
            catch (MeshException refused)
            {
                batch.Refuse(row, refused);
            }
        }
    }
}
