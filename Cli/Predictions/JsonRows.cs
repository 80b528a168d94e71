using System.Text;
using System.Text.Json;
using Skipper.Cli.Connections;
using Skipper.Cli.Output;

namespace Skipper.Cli.Predictions;

/// <summary>
/// Rows in JSON: <c>{"rows": [...]}</c>, an array of rows, or rows one after another (JSON Lines), which are never all in memory.
/// </summary>
internal static class JsonRows
{
    /// <exception cref="ApiException">Not JSON, or not rows.</exception>
    public static async IAsyncEnumerable<InputRow> ReadAsync(Stream stream)
    {
        var count = 0;
        await using var values = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(stream, topLevelValues: true).GetAsyncEnumerator();
        while (await NextAsync(values, count))
        {
            foreach (var row in RowsOf(values.Current))
            {
                yield return Of(row, ++count);
            }
        }
    }

    /// <exception cref="ApiException">Not JSON, or no row.</exception>
    public static InputRow Parse(string text, int number)
    {
        try
        {
            return Of(JsonElement.Parse(text), number);
        }
        catch (JsonException exception)
        {
            throw NotJson(number, exception);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<JsonElement> values, int count)
    {
        try
        {
            return await values.MoveNextAsync();
        }
        catch (JsonException exception)
        {
            throw NotJson(count + 1, exception);
        }
    }

    private static IEnumerable<JsonElement> RowsOf(JsonElement value) => value switch
    {
        { ValueKind: JsonValueKind.Object } when value.Find("rows") is { ValueKind: JsonValueKind.Array } rows => rows.EnumerateArray(),
        { ValueKind: JsonValueKind.Array } when value.EnumerateArray().All(IsRow) => value.EnumerateArray(),
        _ => [value],
    };

    private static bool IsRow(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;

    private static InputRow Of(JsonElement row, int number) => IsRow(row)
        ? new InputRow($"row {number}", Encoding.UTF8.GetBytes(row.GetRawText()))
        : throw new ApiException(
            $$"""row {{number}} must be an object such as {"rm": 6.2}, or an array of values, was {{row.GetRawText()}}.""",
            ExitCode.Failed);

    private static ApiException NotJson(int number, JsonException exception) =>
        new($"row {number} is not JSON: {exception.Message}", ExitCode.Failed);
}
