using System.Buffers;
using System.Text.Json;
using Skipper.Shared.Engines.XGBoost;

namespace Skipper.Bench.Serving;

/// <summary>
/// The least that answers a bundle, without mesh, broker, checks or errors: the same bytes parsed once, libxgboost in place, the same
/// answer written.
/// </summary>
internal sealed class InProcessLimit : IDisposable
{
    private static readonly byte[][] Names = [.. BenchModel.Features.Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly Booster _booster;

    public InProcessLimit(BenchModel model)
    {
        _booster = Booster.Load(model.Booster.Span);
        _booster.Set("nthread", "1");
    }

    public ReadOnlyMemory<byte> Predict(byte[] body)
    {
        var features = ArrayPool<float>.Shared.Rent(1 << 16);
        var margins = ArrayPool<float>.Shared.Rent(1 << 12);
        var rows = Parse(body, features);
        _booster.Margins(features.AsSpan(0, rows * Names.Length), rows, margins.AsSpan(0, rows));
        var answer = Write(margins.AsSpan(0, rows));
        ArrayPool<float>.Shared.Return(features);
        ArrayPool<float>.Shared.Return(margins);
        return answer;
    }

    public void Dispose() => _booster.Dispose();

    private static int Parse(byte[] body, float[] features)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read() && !(reader.TokenType is JsonTokenType.PropertyName && reader.ValueTextEquals("rows"u8)))
        {
        }

        reader.Read();
        var rows = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            var row = features.AsSpan(rows * Names.Length, Names.Length);
            var position = 0;
            while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
            {
                if (reader.TokenType is JsonTokenType.PropertyName)
                {
                    position = Find(ref reader, position);
                    reader.Read();
                }

                row[position++] = (float)reader.GetDouble();
            }

            rows++;
        }

        return rows;
    }

    private static int Find(ref Utf8JsonReader reader, int likely)
    {
        if (reader.ValueTextEquals(Names[likely]))
        {
            return likely;
        }

        for (var position = 0; position < Names.Length; position++)
        {
            if (reader.ValueTextEquals(Names[position]))
            {
                return position;
            }
        }

        throw new InvalidOperationException($"There is no column {reader.GetString()}.");
    }

    private static ReadOnlyMemory<byte> Write(ReadOnlySpan<float> prices)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + (prices.Length * 32));
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("model"u8, BenchModel.Name);
        writer.WriteNumber("version"u8, 1);
        writer.WriteStartArray("predictions"u8);
        foreach (var price in prices)
        {
            writer.WriteStartObject();
            writer.WriteNumber("price"u8, (double)price);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
