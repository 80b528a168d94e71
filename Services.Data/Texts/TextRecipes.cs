using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Texts;

/// <summary>What a recipe asks for, checked.</summary>
internal static class TextRecipes
{
    public const int MostWords = 5;

    public static TextCleaner Cleaner(this TextRecipe recipe) => new()
    {
        Form = recipe.Normalization switch
        {
            null => null,
            "nfc" => NormalizationForm.FormC,
            "nfkc" => NormalizationForm.FormKC,
            var other => throw MeshException.InvalidArgument($"normalization is nfc or nfkc, found {other}."),
        },
        RemoveControls = recipe.RemoveControls,
        CollapseSpaces = recipe.CollapseSpaces,
    };

    public static HashingVectorizer Hashing(this TextRecipe recipe) => new()
    {
        Analyzer = recipe.Analyzer(),
        Columns = Within("columns", recipe.Columns ?? 1 << 20, 1, HashingVectorizer.MostColumns),
        AlternateSign = recipe.AlternateSign,
        Norm = recipe.VectorNorm(),
    };

    public static TfidfOptions Tfidf(this TextRecipe recipe) => new()
    {
        Analyzer = recipe.Analyzer(),
        MinTexts = Within("min_texts", recipe.MinTexts, 1, int.MaxValue),
        MaxShare = recipe.MaxShare is > 0 and <= 1
            ? recipe.MaxShare
            : throw MeshException.InvalidArgument($"max_share is more than 0 and at most 1, found {recipe.MaxShare}."),
        MaxTerms = recipe.MaxTerms is { } most ? Within("max_terms", most, 1, int.MaxValue) : null,
        UseIdf = recipe.UseIdf,
        SmoothIdf = recipe.SmoothIdf,
        SublinearTf = recipe.SublinearTf,
        Norm = recipe.VectorNorm(),
    };

    /// <summary>Lower case hex sha256 of all that decides what a text becomes.</summary>
    public static string Fingerprint(this TextRecipe recipe, string? model) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(recipe with { Model = model }, MessageJson.Options)));

    public static int Within(string name, int value, int least, int most) => value >= least && value <= most
        ? value
        : throw MeshException.InvalidArgument($"{name} is {least} to {most}, found {value}.");

    private static WordAnalyzer Analyzer(this TextRecipe recipe) => new()
    {
        Lowercase = recipe.Lowercase,
        StripAccents = recipe.StripAccents,
        MinWords = Within("min_words", recipe.MinWords, 1, recipe.MaxWords),
        MaxWords = Within("max_words", recipe.MaxWords, 1, MostWords),
    };

    private static VectorNorm VectorNorm(this TextRecipe recipe) => recipe.Norm switch
    {
        "l1" => Texts.VectorNorm.L1,
        "l2" => Texts.VectorNorm.L2,
        "none" => Texts.VectorNorm.None,
        var other => throw MeshException.InvalidArgument($"norm is l1, l2 or none, found {other}."),
    };
}
