using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Skipper.Cli.Connections;
using Skipper.Cli.Output;

namespace Skipper.Cli.Predictions;

/// <summary>Sends rows in requests of some size; all are scored by the version that scored the first.</summary>
internal sealed class Predictor(Session session, string model, int size)
{
    private const int MostTries = 8;

    private string _model = model;
    private bool _hasBegun;

    /// <exception cref="ApiException">A row does not fit the model; says where the rows of its request are.</exception>
    public async Task PredictAsync(IAsyncEnumerable<InputRow> rows, PredictionWriter writer)
    {
        var chunk = new List<InputRow>(size);
        await foreach (var row in rows.WithCancellation(session.CancellationToken))
        {
            chunk.Add(row);
            if (chunk.Count == size)
            {
                await SendAsync(chunk, writer);
                chunk.Clear();
            }
        }

        if (chunk.Count > 0)
        {
            await SendAsync(chunk, writer);
        }

        if (!_hasBegun)
        {
            throw new ApiException("There are no rows to predict.", ExitCode.Failed);
        }

        writer.End();
    }

    private async Task SendAsync(List<InputRow> chunk, PredictionWriter writer)
    {
        var answer = await AskAsync(chunk);
        if (!_hasBegun)
        {
            _hasBegun = true;
            _model = string.Create(CultureInfo.InvariantCulture, $"{answer.Text("model")}@{answer.Text("version")}");
            writer.Begin(answer);
        }

        var predictions = answer.Items("predictions");
        if (predictions.Count != chunk.Count)
        {
            throw new ApiException($"{chunk.Count} rows were sent and {predictions.Count} predictions came.", ExitCode.Failed);
        }

        for (var i = 0; i < chunk.Count; i++)
        {
            writer.Write(chunk[i], predictions[i]);
        }
    }

    private async Task<JsonElement> AskAsync(List<InputRow> chunk)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var content = new ReadOnlyMemoryContent(Body(chunk));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                return await session.Api.SendAsync(HttpMethod.Post, $"predict/{Uri.EscapeDataString(_model)}", content);
            }
            catch (ApiException exception) when (exception.Code == "resource_exhausted" && tries < MostTries)
            {
                // Others are before us; a prediction may be asked for again.
                await Task.Delay(TimeSpan.FromSeconds(tries), session.Shell.Time, session.CancellationToken);
            }
            catch (ApiException exception) when (exception.Code == "invalid_argument" && chunk.Count > 1)
            {
                throw new ApiException($"{exception.Message} (Row 0 is {chunk[0].Place}.)", exception.ExitCode, exception.Code);
            }
        }
    }

    private static ReadOnlyMemory<byte> Body(List<InputRow> chunk)
    {
        var buffer = new ArrayBufferWriter<byte>(chunk.Sum(row => row.Json.Length + 1) + 32);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("rows"u8);
            foreach (var row in chunk)
            {
                writer.WriteRawValue(row.Json.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
