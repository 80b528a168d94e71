using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Skipper.Services.Data.Sources.Mapping;

internal sealed partial class RecordMapper
{
    private readonly List<(JsonElement Record, int Index)> _records = [];

    /// <summary>JSON of the record that a row of the batch was made of, as it came.</summary>
    public string RecordOf(int row)
    {
        var (record, index) = _records[row];
        return _declaration.Records.InColumns
            ? Text(writer => WriteMembers(writer, record, index, (of, value) => value.WriteTo(of)))
            : record.GetRawText();
    }

    /// <summary>A text that is the same for the same record, also after a database has written its JSON anew.</summary>
    public string IdentityOf(int row)
    {
        var (record, index) = _records[row];
        return Text(writer => WriteIdentity(writer, record, _declaration.Records.InColumns ? index : null));
    }

    private static void WriteIdentity(Utf8JsonWriter writer, JsonElement value, int? index = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(writer, value, index, (of, member) => WriteIdentity(of, member));
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteIdentity(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteStringValue(value.GetDouble().ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>The members by name; with an index, of members that are lists the item there.</summary>
    private static void WriteMembers(
        Utf8JsonWriter writer, JsonElement record, int? index, Action<Utf8JsonWriter, JsonElement> write)
    {
        writer.WriteStartObject();
        foreach (var member in record.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            var isList = index is not null && member.Value.ValueKind is JsonValueKind.Array;
            if (!isList || index < member.Value.GetArrayLength())
            {
                writer.WritePropertyName(member.Name);
                write(writer, isList ? member.Value[index!.Value] : member.Value);
            }
        }

        writer.WriteEndObject();
    }

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
