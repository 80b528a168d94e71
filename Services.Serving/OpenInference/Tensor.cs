using Skipper.Shared.Engines.Transforms;

namespace Skipper.Services.Serving.OpenInference;

/// <summary>An input tensor, row-major; as many elements as its shape says.</summary>
/// <param name="header">What it is.</param>
/// <param name="numbers">Its elements; NaN = missing. Null where they are texts.</param>
/// <param name="texts">Its elements; null = missing. Null where they are numbers.</param>
internal sealed class Tensor(TensorHeader header, double[]? numbers, string?[]? texts)
{
    public TensorHeader Header => header;

    public CellValue this[int element] => numbers is null ? CellValue.Of(texts![element]) : CellValue.Of(numbers[element]);
}
