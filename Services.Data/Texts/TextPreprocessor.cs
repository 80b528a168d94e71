using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Texts;

/// <summary>Turns texts, one a line, into the arrays of a recipe.</summary>
internal sealed class TextPreprocessor(TextModels models)
{
    /// <summary>How many ids or values one answer holds: 256 MiB of ids.</summary>
    private const int MostValues = 1 << 26;

    /// <summary>
    /// Writes an .npz: <c>ids</c> (int32, one row a text, filled up) and <c>lengths</c> (int32), or a sparse matrix that
    /// <c>scipy.sparse.load_npz</c> reads.
    /// </summary>
    /// <param name="texts">A file in UTF-8, one text a line; read to its end.</param>
    /// <param name="recipe">What to make.</param>
    /// <param name="output">Written forward only, when all texts have been read.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">The recipe or the texts are wrong; says how.</exception>
    public Task<TextArrays> PrepareAsync(Stream texts, TextRecipe recipe, Stream output, CancellationToken cancellationToken) =>
        recipe.Kind switch
        {
            "sentencepiece" => ToIdsAsync(texts, recipe, output, cancellationToken),
            "hashing" => HashAsync(texts, recipe, output, cancellationToken),
            "tfidf" => WeighAsync(texts, recipe, output, cancellationToken),
            var other => throw MeshException.InvalidArgument($"kind is sentencepiece, hashing or tfidf, found {other}."),
        };

    private async Task<TextArrays> ToIdsAsync(Stream texts, TextRecipe recipe, Stream output, CancellationToken cancellationToken)
    {
        var digest = recipe.Model
            ?? throw MeshException.InvalidArgument("model is missing: give the digest of a SentencePiece .model file among the artifacts.");
        var tokenizer = await models.TokenizerAsync(digest, cancellationToken);
        var most = recipe.MaxIds is { } given ? TextRecipes.Within("max_ids", given, 1, MostValues) : int.MaxValue;
        var rows = new List<int[]>();
        var longest = 0;
        await foreach (var text in CleanAsync(texts, recipe, cancellationToken))
        {
            var ids = tokenizer.Encode(text);
            rows.Add(ids.Length <= most ? ids : ids[..most]);
            longest = Math.Max(longest, rows[^1].Length);
            if ((long)rows.Count * Math.Max(1, longest) > MostValues)
            {
                throw MeshException.InvalidArgument(
                    $"{rows.Count} texts of up to {longest} ids make more than {MostValues} values: give max_ids, or fewer texts.");
            }
        }

        var padded = new int[rows.Count * longest];
        Array.Fill(padded, tokenizer.PadId);
        foreach (var (row, ids) in rows.Index())
        {
            ids.CopyTo(padded, row * longest);
        }

        NpzFile.Write(
            output,
            new("ids", new NpyArray(padded, rows.Count, longest)),
            new("lengths", new NpyArray(rows.Select(ids => ids.Length).ToArray(), rows.Count)));
        return new TextArrays([rows.Count, longest], "int32", digest, recipe.Fingerprint(digest));
    }

    private static async Task<TextArrays> HashAsync(Stream texts, TextRecipe recipe, Stream output, CancellationToken cancellationToken)
    {
        var vectorizer = recipe.Hashing();
        var rows = vectorizer.CreateRows();
        await foreach (var text in CleanAsync(texts, recipe, cancellationToken))
        {
            vectorizer.Add(rows, text);
            Check(rows);
        }

        return Write(rows, recipe, null, output);
    }

    private async Task<TextArrays> WeighAsync(Stream texts, TextRecipe recipe, Stream output, CancellationToken cancellationToken)
    {
        if (recipe.Model is { } known)
        {
            return await WeighAsync(texts, recipe, known, output, cancellationToken);
        }

        // Learning and weighing read the texts twice, and what was sent can be read once.
        await using var spool = new FileStream(
            Path.Combine(Path.GetTempPath(), $"skipper-texts-{Guid.NewGuid():N}"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await texts.CopyToAsync(spool, cancellationToken);
        spool.Position = 0;
        var trainer = new TfidfTrainer(recipe.Tfidf());
        await foreach (var text in CleanAsync(spool, recipe, cancellationToken))
        {
            trainer.Add(text);
        }

        spool.Position = 0;
        var learnt = await models.PutAsync(trainer.Finish(), cancellationToken);
        return await WeighAsync(spool, recipe, learnt, output, cancellationToken);
    }

    private async Task<TextArrays> WeighAsync(
        Stream texts, TextRecipe recipe, string model, Stream output, CancellationToken cancellationToken)
    {
        var vectorizer = await models.TfidfAsync(model, cancellationToken);
        var rows = vectorizer.CreateRows();
        await foreach (var text in CleanAsync(texts, recipe, cancellationToken))
        {
            vectorizer.Add(rows, text);
            Check(rows);
        }

        return Write(rows, recipe, model, output);
    }

    private static IAsyncEnumerable<string> CleanAsync(Stream texts, TextRecipe recipe, CancellationToken cancellationToken)
    {
        var cleaner = recipe.Cleaner();
        return TextLines.ReadAsync(texts, recipe.ReplaceInvalid, cancellationToken).Select(cleaner.Clean);
    }

    private static void Check(SparseRows rows)
    {
        if (Math.Max(rows.Count, rows.Rows) > MostValues / 2)
        {
            throw MeshException.InvalidArgument(
                $"The first {rows.Rows} texts make more than {MostValues / 2} values: send fewer texts at a time.");
        }
    }

    private static TextArrays Write(SparseRows rows, TextRecipe recipe, string? model, Stream output)
    {
        rows.Write(output);
        return new TextArrays([rows.Rows, rows.Columns], "float64", model, recipe.Fingerprint(model));
    }
}
