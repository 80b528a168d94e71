using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Skipper.Shared.Declarations;

/// <summary>
/// Reads one YAML document as the JSON that it means, with positions. Anchors are refused: aliases of aliases make a page into gigabytes.
/// </summary>
public static partial class YamlSource
{
    public static SourceNode Read(string text, int maxDepth)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                throw new SourceException(1, 1, "The definition is empty.");
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, maxDepth);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                var next = parser.Current!.Start;
                throw new SourceException((int)next.Line, (int)next.Column, "Expected one YAML document, found another after it.");
            }

            return root;
        }
        catch (YamlException exception)
        {
            throw new SourceException((int)exception.Start.Line, (int)exception.Start.Column, $"This is not YAML: {exception.Message}");
        }
    }

    private static SourceNode Node(Parser parser, int depth)
    {
        var current = parser.Consume<ParsingEvent>();
        var (line, column) = ((int)current.Start.Line, (int)current.Start.Column);
        if (depth == 0)
        {
            throw new SourceException(line, column, "This is nested too deep.");
        }

        if (current is AnchorAlias || current is NodeEvent { Anchor.IsEmpty: false })
        {
            throw new SourceException(line, column, "Anchors and aliases are not supported; repeat the value.");
        }

        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
        {
            throw new SourceException(line, column, $"Tags are not supported, found {tag.Value}.");
        }

        switch (current)
        {
            case Scalar scalar:
                return new SourceScalar(Value(scalar), line, column);
            case SequenceStart:
                var items = new List<SourceNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    items.Add(Node(parser, depth - 1));
                }

                return new SourceList(items, line, column);
            case MappingStart:
                var members = new List<SourceMember>();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    members.Add(Member(parser, depth - 1));
                }

                return new SourceMap(members, line, column);
            default:
                throw new SourceException(line, column, $"Expected a value, found {current.GetType().Name}.");
        }
    }

    private static SourceMember Member(Parser parser, int depth)
    {
        if (parser.Current is not Scalar { Anchor.IsEmpty: true } key)
        {
            var start = parser.Current!.Start;
            throw new SourceException((int)start.Line, (int)start.Column, "Expected a name, found something else.");
        }

        parser.MoveNext();
        return new SourceMember(key.Value, Node(parser, depth), (int)key.Start.Line, (int)key.Start.Column);
    }

    /// <summary>As the core schema of YAML 1.2 says, without its octal and hexadecimal numbers.</summary>
    private static JsonElement Value(Scalar scalar) => (scalar.Style, scalar.Value) switch
    {
        (not ScalarStyle.Plain, var text) => JsonSerializer.SerializeToElement(text),
        (_, "" or "~" or "null" or "Null" or "NULL") => JsonElement.Parse("null"),
        (_, "true" or "True" or "TRUE") => JsonElement.Parse("true"),
        (_, "false" or "False" or "FALSE") => JsonElement.Parse("false"),
        (_, var text) when JsonNumber().IsMatch(text) => JsonElement.Parse(text),
        (_, var text) when Number().IsMatch(text) => Convert(text),
        (_, var text) => JsonSerializer.SerializeToElement(text),
    };

    private static JsonElement Convert(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonSerializer.SerializeToElement(whole)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonSerializer.SerializeToElement(number)
                : JsonSerializer.SerializeToElement(text);

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z")]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
