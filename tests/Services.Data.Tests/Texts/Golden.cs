using System.Text.Json;

namespace Skipper.Services.Data.Tests.Texts;

/// <summary>Values that Golden/make.py computed with Google's SentencePiece, scikit-learn and NumPy.</summary>
internal static class Golden
{
    public static JsonElement Expected { get; } = JsonDocument.Parse(Read("expected.json")).RootElement;

    public static string[] Sentences { get; } = Texts(Expected.GetProperty("sentences"));

    public static string[] Corpus { get; } = File.ReadAllLines(PathOf("corpus.txt"));

    public static byte[] Read(string file) => File.ReadAllBytes(PathOf(file));

    public static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetInt32())];

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Texts", "Golden", file);
}
