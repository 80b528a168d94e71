using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Skipper.Gateway.Tasks;

/// <summary>Writes the answers about tasks. What a worker said is copied, never read and written anew.</summary>
internal static class TaskReply
{
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

    private sealed class Reply(Action<Utf8JsonWriter> write) : IResult
    {
        // JSON for programs, not for the inside of a page: quotes stay readable and short.
        private static readonly JsonWriterOptions Options = new()
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        };

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status202Accepted;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            using (var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, Options))
            {
                writer.WriteStartObject();
                write(writer);
                writer.WriteEndObject();
            }

            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
