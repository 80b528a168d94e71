using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Skipper.Gateway.Tasks;

/// <summary>Writes the answers about tasks. What a worker said is copied, never read and written anew.</summary>
internal static class TaskReply
{
    // JSON for programs, not for the inside of a page: quotes stay readable and short.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Status 202, always: the original engine answers so even when all is done.</summary>
    public static IResult Of(Action<Utf8JsonWriter> write) => new Reply(write);

    /// <summary>
    /// <c>outcome</c> is the text, <c>result</c> the same as JSON, or null where the text is not JSON.
    /// </summary>
    public static void WriteOutcome(Utf8JsonWriter writer, ReadOnlySpan<byte> said)
    {
        if (IsJson(said))
        {
            writer.WriteString("outcome"u8, said);
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(said, skipInputValidation: true);
        }
        else
        {
            writer.WriteString("outcome"u8, Encoding.UTF8.GetString(said));
            writer.WriteNull("result"u8);
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            return false;
        }

        var reader = new Utf8JsonReader(text);
        try
        {
            var any = false;
            while (reader.Read())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes an answer of one object.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="content">What <paramref name="write"/> needs.</param>
    /// <param name="write">Writes the members.</param>
    public static async Task WriteAsync<TContent>(HttpResponse response, TContent content, Action<Utf8JsonWriter, TContent> write)
    {
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = "application/json; charset=utf-8";
        using (var writer = new Utf8JsonWriter(response.BodyWriter, Options))
        {
            writer.WriteStartObject();
            write(writer, content);
            writer.WriteEndObject();
            writer.Flush();
            // Nothing has left yet: with its length known the answer goes out as it is, not in chunks.
            response.ContentLength = writer.BytesCommitted;
        }

        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private sealed class Reply(Action<Utf8JsonWriter> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            WriteAsync(httpContext.Response, write, static (writer, members) => members(writer));
    }
}
