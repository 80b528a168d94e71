namespace Skipper.Cli.Predictions;

/// <summary>A row to be predicted.</summary>
/// <param name="Place">Where it is, for people: <c>line 7</c>.</param>
/// <param name="Json">What is sent.</param>
/// <param name="Cells">As it was in the CSV; null where it was none.</param>
internal sealed record InputRow(string Place, ReadOnlyMemory<byte> Json, IReadOnlyList<string>? Cells = null);
