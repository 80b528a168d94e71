using Skipper.Gateway.Docs;
using static Skipper.Gateway.Docs.OperationDocs;

namespace Skipper.Gateway.Preprocessing;

/// <summary>Examples for the API description.</summary>
internal static class PreprocessDocs
{
    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static OperationDocs Of(string kind) => kind switch
    {
        "image" => Docs(
            "Turns a PNG or JPEG into an array: ?preset=seed-256 or imagenet-224, ?exif=true turns it upright.",
            "image/png",
            "(the bytes of the file)",
            "[256,341,3]",
            "uint8",
            "Expected a PNG or JPEG file, found 3 bytes that begin with 474946."),
        "audio" => Docs(
            "Turns a recording (WAV, FLAC, Ogg, MP3) into a mel spectrogram: ?sample_rate=22050&n_fft=2048&hop_length=512&n_mels=128.",
            "audio/wav",
            "(the bytes of the file)",
            "[128,130]",
            "float32",
            "n_mels must be between 1 and 1024, was 0."),
        "text" => Docs(
            "Turns texts, one a line, into an .npz: ?kind=sentencepiece&model=(digest of a .model artifact), ?kind=hashing or ?kind=tfidf.",
            "text/plain",
            "Light rain this morning\nDry later\n",
            "[2,1048576]",
            "float64",
            "kind is sentencepiece, hashing or tfidf, found words."),
        _ => Docs(
            "Turns weather records into features: places, seasons and directions as sine and cosine, measurements as they are.",
            "application/json",
            """[{"time":"2026-01-31T12:00:00Z","latitude":41.4,"longitude":2.2,"temperature":11.5,"wind_direction":359}]""",
            "[1,19]",
            "float64",
            "Weather record 1: latitude is between -90 and 90 degrees, found 414."),
    };

    private static OperationDocs Docs(string summary, string type, string request, string shape, string dtype, string refusal) => new(
        $"{summary} Also takes a form with one file, and Pub/Sub push envelopes.",
        request,
        new Response(
            200,
            "The array was stored. With Accept: application/x-npy (or -npz) it is the body instead.",
            $$"""{"artifact":"{{Digest}}","shape":{{shape}},"dtype":"{{dtype}}"}"""),
        new Response(204, "A push whose payload will never do; it is recorded, see /api/v1/skipper/pushes."),
        Problem(400, "invalid_argument", "The push is malformed: message is missing. It is kept, see /api/v1/skipper/pushes."),
        Problem(413, "invalid_argument", "The body is larger than 256 MiB."),
        Problem(422, "invalid_argument", refusal),
        Problem(503, "unavailable", "There is no worker on queue skipper_data."))
    {
        RequestType = type,
    };
}
