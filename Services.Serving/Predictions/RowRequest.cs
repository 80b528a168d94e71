using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Predictions;

/// <summary>A <see cref="PredictRow"/> whose row is read once it is known which model is asked.</summary>
/// <param name="Model">See there.</param>
/// <param name="StickyKey">See there.</param>
/// <param name="Row">The row as it came; null where there is none.</param>
internal readonly record struct RowRequest(string? Model, string? StickyKey, JsonSlice? Row)
{
    /// <exception cref="MeshException">The message does not fit the contract; in the words of the contract's own reader.</exception>
    public static RowRequest Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (TryRead(body) is { } request)
            {
                return request;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text that is none: the contract's reader says so.
        }

        var message = JsonSlice.Read<PredictRow>(body, ["data"], out var row);
        return new RowRequest(message.Model, message.StickyKey, row);
    }

    /// <summary>In one pass, as long as every member is what it mostly is; null = something is not.</summary>
    private static RowRequest? TryRead(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        var request = default(RowRequest);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var (isRow, isModel) = (reader.ValueTextEquals("data"u8), reader.ValueTextEquals("model"u8));
            var isKey = !isRow && !isModel && reader.ValueTextEquals("sticky_key"u8);
            reader.Read();
            if (reader.TokenType != (isRow ? JsonTokenType.StartObject : isModel || isKey ? JsonTokenType.String : reader.TokenType))
            {
                return null;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            request = isRow ? request with { Row = new JsonSlice(body[start..(int)reader.BytesConsumed], Items: null) }
                : isModel ? request with { Model = reader.GetString() }
                : isKey ? request with { StickyKey = reader.GetString() }
                : request;
        }

        // Nothing may follow; the reader throws where something does.
        return reader.Read() || request.Row is null ? null : request;
    }
}
