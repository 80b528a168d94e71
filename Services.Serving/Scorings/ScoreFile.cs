using System.Text.Json;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Serving.Scorings;

/// <summary>The rows of a part with their predictions, on disk until they are stored.</summary>
internal sealed class ScoreFile : IAsyncDisposable
{
    private const string Prefix = "predicted_";
    private const string Reason = "refused";

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"skipper-{Guid.NewGuid():N}"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        bufferSize: 64 * 1024,
        FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>What scored them; absent before the first row.</summary>
    public ModelVersion? Model { get; private set; }

    public int RefusedCount { get; private set; }

    public string? FirstRefusal { get; private set; }

    public void Add(IReadOnlyList<JsonElement> records, ScoredCall scored)
    {
        Model = scored.Model.Manifest;
        var outputs = scored.Model.Outputs.Select(output => Prefix + output).ToList();
        using var writer = new Utf8JsonWriter(_file);
        for (var row = 0; row < records.Count; row++)
        {
            writer.WriteStartObject();
            foreach (var member in records[row].EnumerateObject())
            {
                // What an earlier scoring wrote makes room.
                if (!outputs.Contains(member.Name, StringComparer.OrdinalIgnoreCase) && member.Name != Reason)
                {
                    member.WriteTo(writer);
                }
            }

            WriteScore(writer, outputs, scored, row);
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            _file.WriteByte((byte)'\n');
        }
    }

    public async Task<string> StoreAsync(IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        await _file.FlushAsync(cancellationToken);
        _file.Position = 0;
        return await artifacts.PutAsync(_file, cancellationToken);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void WriteScore(Utf8JsonWriter writer, List<string> outputs, ScoredCall scored, int row)
    {
        var error = scored.Rows.Error(row);
        for (var output = 0; output < outputs.Count; output++)
        {
            writer.WritePropertyName(outputs[output]);
            if (error is null)
            {
                writer.WriteNumberValue(scored.Predictions[row, output]);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        if (error is not null)
        {
            // Rows are numbered within a batch, which means nothing to whoever reads it.
            var reason = error.Message.StartsWith($"Row {row}: ", StringComparison.Ordinal)
                ? error.Message[$"Row {row}: ".Length..]
                : error.Message;
            writer.WriteString(Reason, reason);
            RefusedCount++;
            FirstRefusal ??= reason;
        }
    }
}
