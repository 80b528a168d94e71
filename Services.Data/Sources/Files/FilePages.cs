using System.Runtime.CompilerServices;
using System.Text.Json;
using Skipper.Services.Data.Imports;
using Skipper.Services.Data.Sources.Declarations;

namespace Skipper.Services.Data.Sources.Files;

/// <summary>
/// Cuts a CSV or JSON Lines file into pages of JSON records, in bounded memory; a cell of CSV is a member named by its header. A record
/// that cannot be read is kept as the list of its cells, or as its text, so that it is found when rows are made.
/// </summary>
internal static class FilePages
{
    private const int MaxRecords = 1000;
    private const int MaxBytes = 1024 * 1024;

    /// <param name="content">The file.</param>
    /// <param name="item">Its name.</param>
    /// <param name="skip">How many records were read before.</param>
    /// <param name="now">When it is read.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async IAsyncEnumerable<SourceStep> ReadAsync(
        ImportContent content, SourceItem item, long skip, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await content.OpenAsync([], cancellationToken);
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer);
        long number = 0;
        var (first, count) = (skip + 1, 0);
        for (var more = true; more;)
        {
            more = await reader.ReadAsync(cancellationToken);
            if (more && ++number <= skip)
            {
                continue;
            }

            if (count == 0)
            {
                json.WriteStartArray();
            }

            if (more)
            {
                Write(json, reader);
                count++;
            }

            if (more && count < MaxRecords && buffer.Length + json.BytesPending < MaxBytes)
            {
                continue;
            }

            json.WriteEndArray();
            await json.FlushAsync(cancellationToken);
            yield return Step(item, buffer.ToArray(), first, first + count - 1, now, isLast: !more);
            (first, count) = (first + count, 0);
            buffer.SetLength(0);
            json.Reset();
        }
    }

    private static SourceStep Step(SourceItem item, byte[] utf8, long first, long last, DateTimeOffset now, bool isLast)
    {
        SourcePage? page = null;
        if (last >= first)
        {
            var (text, root, digest) = SourcePage.Parse(utf8);
            page = new SourcePage
            {
                Item = item,
                Name = $"from {first}",
                Text = text,
                Root = root,
                Digest = digest,
                FetchedAt = now,
                FirstRecord = first,
            };
        }

        return new SourceStep(page, state => state with { Records = last, Done = isLast }, isLast);
    }

    private static void Write(Utf8JsonWriter json, RecordReader reader)
    {
        if (reader is JsonLinesReader)
        {
            WriteLine(json, reader);
            return;
        }

        var texts = reader.Texts();
        if (reader.Fault is not null || texts.Length != reader.Names.Count)
        {
            json.WriteStartArray();
            foreach (var text in texts)
            {
                json.WriteStringValue(Clean(text));
            }

            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        for (var column = 0; column < texts.Length; column++)
        {
            json.WriteString(reader.Names[column], Clean(texts[column]));
        }

        json.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter json, RecordReader reader)
    {
        var line = reader.Texts()[0];
        if (reader.Fault is null && !line.Contains("\\u0000", StringComparison.Ordinal))
        {
            json.WriteRawValue(line);
        }
        else
        {
            json.WriteStringValue(Clean(line));
        }
    }

    /// <summary>No database keeps a zero character; people see that there was one.</summary>
    private static string Clean(string text) => text.Replace('\0', '\uFFFD').Replace("\\u0000", "\uFFFD", StringComparison.Ordinal);
}
