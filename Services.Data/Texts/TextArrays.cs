namespace Skipper.Services.Data.Texts;

/// <summary>What became of texts.</summary>
/// <param name="Shape">Texts and ids, or texts and columns.</param>
/// <param name="Type">NumPy's name for the type of the values.</param>
/// <param name="Model">Digest of what ids or columns mean: the tokenizer's model, or what TF-IDF has learnt; null = none.</param>
/// <param name="Fingerprint">Lower case hex sha256 of the recipe with its model: texts prepared under the same one can be compared.</param>
internal sealed record TextArrays(IReadOnlyList<int> Shape, string Type, string? Model, string Fingerprint);
