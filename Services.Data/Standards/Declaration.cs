using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Shared.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Standards;

/// <summary>Reads what people declare in YAML or JSON, and refuses it with every mistake and its line.</summary>
internal sealed partial class Declaration
{
    public const int MaxBytes = 1024 * 1024;
    public const string Name = "lower case letters, digits, - and _, at most 64, beginning with a letter";

    private const int MaxDepth = 16;
    private const int ShownErrors = 20;

    /// <summary>Where values are taken from and mistakes go to.</summary>
    public SourceReader Source { get; } = new();

    /// <exception cref="MeshException"><see cref="ErrorCode.InvalidArgument"/>: says what is wrong and where.</exception>
    public static T Read<T>(string what, ReadOnlySpan<byte> text, Func<Declaration, SourceNode, T> read)
    {
        if (text.Length > MaxBytes)
        {
            throw MeshException.InvalidArgument($"A {what} may have {MaxBytes} bytes, this one has {text.Length}.");
        }

        try
        {
            var declaration = new Declaration();
            var result = read(declaration, YamlSource.Read(new UTF8Encoding(false, true).GetString(text), MaxDepth));
            return declaration.Source.Errors is { Count: > 0 } errors ? throw Refused(what, [.. errors.Distinct()]) : result;
        }
        catch (SourceException exception)
        {
            throw Refused(what, [exception.Error]);
        }
        catch (DecoderFallbackException)
        {
            throw MeshException.InvalidArgument($"The {what} is not UTF-8 text.");
        }
    }

    /// <summary>A name that must be there.</summary>
    public string RequiredName(SourceNode node, Dictionary<string, SourceNode> members, string member, string what)
    {
        if (Required(node, members, member, what) is { } text && !IsName(text))
        {
            Source.Expected(members[member], $"{member} must be {Name}");
        }

        return Source.Text(members, member) ?? "";
    }

    /// <summary>A text that must be there.</summary>
    public string? Required(SourceNode node, Dictionary<string, SourceNode> members, string member, string what)
    {
        if (node is SourceMap && !members.ContainsKey(member))
        {
            Source.Add(node, $"{what} has no '{member}'.");
        }

        return Source.Text(members, member);
    }

    public string OneOf(Dictionary<string, SourceNode> members, string member, string fallback, IReadOnlyCollection<string> known)
    {
        var text = Source.Text(members, member);
        if (text is not null && !known.Contains(text))
        {
            Source.Add(
                members[member],
                $"{member} must be one of {string.Join(", ", known)}, was '{text}'.{Nearest.Suggest(text, known)}");
            return fallback;
        }

        return text ?? fallback;
    }

    public double? Number(Dictionary<string, SourceNode> members, string member)
    {
        if (!members.TryGetValue(member, out var node))
        {
            return null;
        }

        if (node is SourceScalar { Value.ValueKind: JsonValueKind.Number } scalar
            && scalar.Value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Source.Expected(node, $"{member} must be a number");
        return null;
    }

    /// <summary>One text or a list of texts; a number counts as its text.</summary>
    public IReadOnlyList<string>? Texts(Dictionary<string, SourceNode> members, string member)
    {
        if (!members.TryGetValue(member, out var node))
        {
            return null;
        }

        List<string> texts = [];
        foreach (var item in node is SourceList list ? list.Items : [node])
        {
            if (item is SourceScalar { Value.ValueKind: JsonValueKind.String or JsonValueKind.Number } scalar)
            {
                texts.Add(Text(scalar));
            }
            else
            {
                Source.Expected(item, $"{member} must be a text or a list of texts");
            }
        }

        return texts;
    }

    /// <summary>A mapping from text to text.</summary>
    public IReadOnlyDictionary<string, (string Text, SourceNode Node)>? Map(Dictionary<string, SourceNode> members, string member)
    {
        if (!members.TryGetValue(member, out var node))
        {
            return null;
        }

        var map = new Dictionary<string, (string, SourceNode)>(StringComparer.Ordinal);
        foreach (var (name, value) in Source.Members(node, member, known: null))
        {
            if (value is SourceScalar { Value.ValueKind: JsonValueKind.String or JsonValueKind.Number } scalar)
            {
                map[name] = (Text(scalar), value);
            }
            else
            {
                Source.Expected(value, $"'{name}' must be a text");
            }
        }

        return map;
    }

    /// <summary>The items of a list that must be there.</summary>
    public IReadOnlyList<SourceNode> Items(
        SourceNode node, Dictionary<string, SourceNode> members, string member, string what, int most)
    {
        if (!members.TryGetValue(member, out var value))
        {
            if (node is SourceMap)
            {
                Source.Add(node, $"{what} has no '{member}'.");
            }

            return [];
        }

        if (value is SourceList { Items.Count: > 0 } list && list.Items.Count <= most)
        {
            return list.Items;
        }

        Source.Expected(value, $"{member} must be a list of 1 to {most}");
        return [];
    }

    public static bool IsName(string text) => NamePattern().IsMatch(text);

    private static string Text(SourceScalar scalar) =>
        scalar.Value.ValueKind is JsonValueKind.String ? scalar.Value.GetString()! : scalar.Value.GetRawText();

    private static MeshException Refused(string what, IReadOnlyList<DefinitionError> errors)
    {
        var lines = errors.Take(ShownErrors).Select(error => $"line {error.Line}, column {error.Column}: {error.Message}");
        var more = errors.Count > ShownErrors ? $" And {errors.Count - ShownErrors} more." : "";
        return new MeshException(ErrorCode.InvalidArgument, $"The {what} is wrong. {string.Join(' ', lines)}{more}")
        {
            Details = JsonSerializer.SerializeToElement(new
            {
                errors = errors.Take(ShownErrors).Select(error => new { line = error.Line, column = error.Column, message = error.Message }),
            }),
        };
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,63}\z")]
    private static partial Regex NamePattern();
}
