using System.Text.Json;

namespace Skipper.Services.Data.Streams;

/// <summary>What became of some records, not committed yet.</summary>
internal sealed class StreamPart : IDisposable
{
    private const int FullRecords = 10_000;
    private const int FullBytes = 8 * 1024 * 1024;

    private readonly List<StreamRecord> _records = [];

    public MemoryStream Output { get; } = new();

    public MemoryStream DeadLetters { get; } = new();

    /// <summary>Of the last record in it.</summary>
    public long Position { get; private set; }

    public long Written { get; private set; }

    public long LeftOut { get; private set; }

    public long Dead { get; private set; }

    public IReadOnlyList<StreamRecord> Records => _records;

    public bool IsFull => _records.Count >= FullRecords || Output.Length + DeadLetters.Length >= FullBytes;

    public void Add(StreamRecord record)
    {
        Position = record.Position;
        _records.Add(record);
        if (record.Failure is { } failure)
        {
            Dead++;
            WriteLine(DeadLetters, writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("position", record.Position);
                writer.WriteString("step", failure.Step);
                writer.WriteString("reason", failure.Reason);
                writer.WritePropertyName("record");
                record.Value.WriteTo(writer);
                writer.WriteEndObject();
            });
        }
        else if (record.IsLeftOut)
        {
            LeftOut++;
        }
        else
        {
            Written++;
            WriteLine(Output, writer => record.Value.WriteTo(writer));
        }
    }

    public void Dispose()
    {
        Output.Dispose();
        DeadLetters.Dispose();
    }

    private static void WriteLine(MemoryStream stream, Action<Utf8JsonWriter> write)
    {
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        stream.WriteByte((byte)'\n');
    }
}
