using System.Globalization;
using System.Text.Json;

namespace Skipper.Services.Data.Sources.Declarations;

/// <summary>
/// Where a value is in JSON: names and list indexes with dots between, <c>properties.periods.0</c>; beginning with <c>$</c> it starts at
/// the whole answer, otherwise at the record. Names of providers may hold any character but a dot; a header with dots is found as one name.
/// </summary>
internal sealed class FieldPath
{
    private readonly string[] _parts;

    private FieldPath(string text, bool fromRoot, string[] parts) => (Text, FromRoot, _parts) = (text, fromRoot, parts);

    public string Text { get; }

    public bool FromRoot { get; }

    public static FieldPath Whole { get; } = new("$", fromRoot: true, []);

    public static FieldPath Parse(string text)
    {
        var parts = text.Split('.', StringSplitOptions.TrimEntries);
        return parts[0] == "$" ? new(text, fromRoot: true, parts[1..]) : new(text, fromRoot: false, parts);
    }

    /// <summary>The value, or an undefined one where the path ends nowhere.</summary>
    public JsonElement Find(JsonElement root, JsonElement record) => Walk(FromRoot ? root : record, 0);

    /// <summary>The value of one record where each field is a list: the index comes after the first name.</summary>
    public JsonElement FindInColumns(JsonElement root, JsonElement columns, int index)
    {
        if (FromRoot)
        {
            return Walk(root, 0);
        }

        var list = Step(columns, _parts[0]);
        return list.ValueKind is JsonValueKind.Array && index < list.GetArrayLength() ? Walk(list[index], 1) : default;
    }

    private JsonElement Walk(JsonElement value, int part)
    {
        if (part == 0 && _parts.Length > 1 && value.ValueKind is JsonValueKind.Object
            && value.TryGetProperty(FromRoot ? Text[2..] : Text, out var whole))
        {
            return whole;
        }

        for (; part < _parts.Length && value.ValueKind is not JsonValueKind.Undefined; part++)
        {
            value = Step(value, _parts[part]);
        }

        return value;
    }

    private static JsonElement Step(JsonElement value, string part) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty(part, out var member) => member,
        JsonValueKind.Array when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < value.GetArrayLength() => value[index],
        _ => default,
    };

    public override string ToString() => Text;
}
