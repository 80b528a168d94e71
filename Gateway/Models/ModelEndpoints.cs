using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Skipper.Gateway.Docs;
using Skipper.Gateway.Errors;
using Skipper.Gateway.Tasks;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Messaging.Rpc;

namespace Skipper.Gateway.Models;

/// <summary>Models and predictions over HTTP; rows and predictions pass through as bytes.</summary>
internal static class ModelEndpoints
{
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapModels(this WebApplication app)
    {
        var models = app.MapGroup("/api/v1/skipper/models").WithTags("models");
        models.MapGet("/", ListAsync).WithDocs(ModelDocs.List);
        models.MapGet("/{name}", FindAsync).WithDocs(ModelDocs.Find);
        models.MapVersions();
        models.MapAliases();
        models.MapInsights();
        app.MapPost("/api/v1/skipper/predict/{model}", PredictAsync).WithTags("models")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).WithDocs(ModelDocs.Predict);
    }

    private static async Task<IResult> ListAsync(IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new ListModels(), null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> FindAsync(
        [AsParameters] ModelQuery query, IRpcClient rpc, CancellationToken cancellationToken) =>
        Results.Json(await rpc.CallAsync(new FindModel { Data = query.ToName() }, null, cancellationToken), MessageJson.Options);

    private static async Task<IResult> PredictAsync(
        string model, HttpRequest request, IRpcClient rpc, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var reply = await rpc.CallAsync(Queues.Serving, Request(model, Rows(body)), null, cancellationToken);
        return Results.Bytes(reply, "application/json; charset=utf-8");
    }

    /// <summary>The slice of the body that is the array of rows.</summary>
    private static ReadOnlyMemory<byte> Rows(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        ReadOnlyMemory<byte>? rows = null;
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw Expected($"found {JsonProblem.Describe(reader.TokenType)}");
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isRows = reader.ValueTextEquals("rows"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isArray = reader.TokenType is JsonTokenType.StartArray;
            reader.Skip();
            if (!isRows)
            {
                continue;
            }

            if (!isArray)
            {
                throw Expected("found 'rows' that is not an array");
            }

            rows = body[start..(int)reader.BytesConsumed];
        }

        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws where something does.
        }

        return rows ?? throw Expected("found no 'rows'");
    }

    private static BadHttpRequestException Expected(string found) =>
        new($$"""Expected {"rows": [{"column": value, ...}]} or {"rows": [[value, ...]]}, {{found}}.""");

    private static ReadOnlyMemory<byte> Request(string model, ReadOnlyMemory<byte> rows)
    {
        var buffer = new ArrayBufferWriter<byte>(rows.Length + 128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("task_type"u8, "predict"u8);
            writer.WriteStartObject("data"u8);
            writer.WriteString("model"u8, model);
            writer.WritePropertyName("rows"u8);
            writer.WriteRawValue(rows.Span, skipInputValidation: true);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
