using System.Collections.Concurrent;
using System.Text.Json;
using Skipper.Services.Data.Texts.SentencePieces;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;
using Skipper.Shared.Storage.Artifacts;

namespace Skipper.Services.Data.Texts;

/// <summary>Tokenizers and TF-IDF models from the artifact store; those used last stay in memory.</summary>
internal sealed class TextModels(IArtifactStore artifacts)
{
    private const int MostKept = 8;
    private const int LargestMegabytes = 256;

    private readonly ConcurrentDictionary<string, object> _kept = new();

    public Task<SentencePieceTokenizer> TokenizerAsync(string digest, CancellationToken cancellationToken) =>
        FindAsync(digest, SentencePieceTokenizer.Read, cancellationToken);

    public Task<TfidfVectorizer> TfidfAsync(string digest, CancellationToken cancellationToken) =>
        FindAsync(digest, file => new TfidfVectorizer(ReadTfidf(file)), cancellationToken);

    /// <summary>Stores what was learnt; the same gets the same digest.</summary>
    public async Task<string> PutAsync(TfidfModel model, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(model, MessageJson.Options));
        return await artifacts.PutAsync(content, cancellationToken);
    }

    private delegate T Read<out T>(ReadOnlySpan<byte> file);

    private static TfidfModel ReadTfidf(ReadOnlySpan<byte> file)
    {
        try
        {
            var model = JsonSerializer.Deserialize<TfidfModel>(file, MessageJson.Options)!;
            var isWhole = model.Terms.Distinct(StringComparer.Ordinal).Count() == model.Terms.Count
                && (model.Idf is null || model.Idf.Count == model.Terms.Count)
                && model.Options.Analyzer is { MinWords: >= 1, MaxWords: <= TextRecipes.MostWords };
            return isWhole ? model : throw MeshException.InvalidArgument(
                "Expected a TF-IDF model with different terms of a few words and one weight a term, found something else.");
        }
        catch (JsonException exception)
        {
            throw MeshException.InvalidArgument($"Expected a TF-IDF model as JSON: {exception.Message}");
        }
    }

    private async Task<T> FindAsync<T>(string digest, Read<T> read, CancellationToken cancellationToken)
        where T : notnull
    {
        if (_kept.TryGetValue(digest, out var kept) && kept is T same)
        {
            return same;
        }

        var model = read((await LoadAsync(digest, cancellationToken)).Span);
        if (_kept.Count >= MostKept)
        {
            _kept.Clear();
        }

        _kept[digest] = model;
        return model;
    }

    private async Task<ReadOnlyMemory<byte>> LoadAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await artifacts.OpenAsync(digest, cancellationToken);
            using var file = new MemoryStream();
            var block = new byte[64 * 1024];
            for (int read; (read = await content.ReadAsync(block, cancellationToken)) > 0;)
            {
                file.Write(block, 0, read);
                if (file.Length > LargestMegabytes << 20)
                {
                    throw MeshException.InvalidArgument($"Expected a model of at most {LargestMegabytes} MiB, found artifact {digest}.");
                }
            }

            return file.GetBuffer().AsMemory(0, (int)file.Length);
        }
        catch (FileNotFoundException exception)
        {
            throw MeshException.NotFound($"{exception.Message} Upload the model first.");
        }
    }
}
