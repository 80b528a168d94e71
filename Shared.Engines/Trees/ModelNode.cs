using System.Globalization;

namespace Skipper.Shared.Engines.Trees;

/// <summary>
/// A value of a model file, whether it was JSON or UBJ. Reading it as something else than it is gives an
/// <see cref="InvalidDataException"/> that names it.
/// </summary>
internal sealed class ModelNode(object? value)
{
    private static readonly Dictionary<string, ModelNode> NoMembers = [];

    public static ModelNode Null { get; } = new(null);

    public static ModelNode EmptyArray { get; } = new(Array.Empty<double>());

    public static ModelNode EmptyObject { get; } = new(NoMembers);

    public static ModelNode EmptyText { get; } = new("");

    public ModelNode Member(string name) => Find(name)
        ?? throw new InvalidDataException($"The model has no member '{name}' where one is expected.");

    public ModelNode? Find(string name) => value is Dictionary<string, ModelNode> members
        ? members.GetValueOrDefault(name)
        : throw new InvalidDataException($"Expected an object with the member '{name}' in the model, found something else.");

    public string Text(string name) => Member(name).Value as string
        ?? throw new InvalidDataException($"Expected '{name}' of the model to be a text.");

    /// <summary>A whole number; the library writes its parameters as texts.</summary>
    public int Integer(string name)
    {
        var found = Member(name).Value;
        if (found is double number && double.IsInteger(number) && Math.Abs(number) <= int.MaxValue)
        {
            return (int)number;
        }

        return found is string text && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw new InvalidDataException($"Expected '{name}' of the model to be a whole number.");
    }

    public int Integer(string name, int absent) => Find(name) is null ? absent : Integer(name);

    public IReadOnlyList<ModelNode> Items(string name) => Member(name).Value switch
    {
        ModelNode[] items => items,
        double[] { Length: 0 } or PackedNumbers { Length: 0 } => [],
        _ => throw new InvalidDataException($"Expected '{name}' of the model to be a list of objects or texts."),
    };

    public IReadOnlyList<string> Texts(string name) =>
    [
        .. Items(name).Select(item => item.Value as string
            ?? throw new InvalidDataException($"Expected '{name}' of the model to be a list of texts.")),
    ];

    public float[] Floats(string name) => Member(name).Value switch
    {
        PackedNumbers packed => packed.ToFloats(),
        double[] numbers => Array.ConvertAll(numbers, number => (float)number),
        _ => throw NotNumbers(name),
    };

    /// <exception cref="InvalidDataException">No array, or a number is not whole or beyond 32 bits.</exception>
    public int[] Integers(string name) => Member(name).Value switch
    {
        PackedNumbers packed => packed.ToIntegers(name),
        double[] numbers => Array.ConvertAll(numbers, number => PackedNumbers.ToInteger(number, name)),
        _ => throw NotNumbers(name),
    };

    private object? Value => value;

    private static InvalidDataException NotNumbers(string name) =>
        new($"Expected '{name}' of the model to be an array of numbers.");
}
