using System.Buffers.Text;
using System.Text.Json;
using Skipper.Services.Serving.Labels;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Serving.StoredPredictions;

/// <summary>Finds what was kept for one request.</summary>
internal sealed class FindPredictionsHandler(PredictionStore predictions, LabelStore labels)
    : IMessageHandler<FindPredictions, StoredPredictionList>
{
    public async Task<StoredPredictionList> HandleAsync(
        FindPredictions message, MessageContext context, CancellationToken cancellationToken)
    {
        var rows = await predictions.FindAsync(message.Data.RequestId, cancellationToken);
        return rows.Count > 0
            ? new StoredPredictionList { Predictions = await labels.JoinAsync(rows, cancellationToken) }
            : throw MeshException.NotFound($"Nothing is kept for request '{message.Data.RequestId}'.");
    }
}

/// <summary>Lists what was kept, page by page.</summary>
internal sealed class ListPredictionsHandler(PredictionStore predictions, LabelStore labels)
    : IMessageHandler<ListPredictions, StoredPredictionList>
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1000;

    public async Task<StoredPredictionList> HandleAsync(
        ListPredictions message, MessageContext context, CancellationToken cancellationToken)
    {
        var filter = message.Data ?? new PredictionFilter();
        var limit = filter.Limit ?? DefaultLimit;
        if (limit is < 1 or > MostRows)
        {
            throw MeshException.InvalidArgument($"data.limit must be from 1 to {MostRows}, was {limit}.");
        }

        var rows = await predictions.ListAsync(filter, Parse(filter.PageToken), limit + 1, cancellationToken);
        var page = rows.Take(limit).ToList();
        return new StoredPredictionList
        {
            Predictions = await labels.JoinAsync(page, cancellationToken),
            NextPageToken = rows.Count > limit ? Token(page[^1]) : null,
        };
    }

    private static string Token(PredictionRow last) => Base64Url.EncodeToString(
        JsonSerializer.SerializeToUtf8Bytes(new PageEnd(last.PredictedAt, last.RequestId, last.RowNumber), MessageJson.Options));

    private static PageEnd? Parse(string? token)
    {
        try
        {
            return token is null ? null : JsonSerializer.Deserialize<PageEnd>(Base64Url.DecodeFromChars(token), MessageJson.Options);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw MeshException.InvalidArgument($"data.page_token must be a next_page_token of an earlier answer, was '{token}'.");
        }
    }
}
