using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>
/// Reads an expression: paths, literals, comparisons, <c>and</c>, <c>or</c>, <c>not</c>, parentheses and the functions
/// of <see cref="Functions"/>. Words may have hyphens, as there is no arithmetic.
/// </summary>
internal ref partial struct ExpressionParser
{
    private const int MaxDepth = 32;
    private const int MaxTerms = 200;
    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    private readonly string _text;
    private int _position;
    private int _depth;
    private int _terms;

    private ExpressionParser(string text, int position) => (_text, _position) = (text, position);

    /// <summary>Reads an expression that is the whole text.</summary>
    public static Expression Whole(string text)
    {
        var parser = new ExpressionParser(text, 0);
        var expression = parser.Or();
        return parser.AtEnd() ? expression : throw parser.Problem("the end");
    }

    /// <summary>Reads an expression from a position to its <c>}}</c>.</summary>
    public static (Expression Expression, int End) Embedded(string text, int start)
    {
        var parser = new ExpressionParser(text, start);
        var expression = parser.Or();
        parser.Expect("}}");
        return (expression, parser._position);
    }

    /// <summary>Reads names and indexes, such as <c>model.metrics.test[0]</c>.</summary>
    public static IReadOnlyList<PathSegment> Path(string text)
    {
        var parser = new ExpressionParser(text, 0);
        var segments = new List<PathSegment> { PathSegment.Of(parser.Word()) };
        parser.Segments(segments);
        return parser.AtEnd() ? segments : throw parser.Problem("a path");
    }

    private Expression Or()
    {
        // Every level of nesting comes through here.
        if (++_depth > MaxDepth)
        {
            throw Problem($"at most {MaxDepth} levels of nesting");
        }

        var left = And();
        while (TryWord("or"))
        {
            left = new BinaryExpression("or", left, And());
        }

        _depth--;
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (TryWord("and"))
        {
            left = new BinaryExpression("and", left, Not());
        }

        return left;
    }

    private Expression Not()
    {
        var isNegated = false;
        while (TryWord("not"))
        {
            isNegated = !isNegated;
        }

        var operand = Comparison();
        return isNegated ? new NotExpression(operand) : operand;
    }

    private Expression Comparison()
    {
        var left = Primary();
        foreach (var comparison in Comparisons)
        {
            if (Try(comparison))
            {
                return new BinaryExpression(comparison, left, Primary());
            }
        }

        return left;
    }

    private Expression Primary()
    {
        // A chain of operators is a tree as deep as it is long.
        if (++_terms > MaxTerms)
        {
            throw Problem($"at most {MaxTerms} terms");
        }

        if (Try("("))
        {
            var inner = Or();
            Expect(")");
            return Members(inner);
        }

        return Peek() switch
        {
            '\'' or '"' => new LiteralExpression(Values.Of(Quoted())),
            '-' or (>= '0' and <= '9') => Number(),
            _ => Named(),
        };
    }

    private Expression Named()
    {
        var isWord = char.IsAsciiLetter(Peek());
        var start = _position;
        var word = isWord ? Word() : throw Problem("a value");
        if (word is "true" or "false" or "null")
        {
            return new LiteralExpression(JsonElement.Parse(word));
        }

        if (Try("("))
        {
            return Members(Call(word, start));
        }

        if (!ExpressionScope.Roots.Contains(word))
        {
            _position = start;
            throw Problem($"one of {string.Join(", ", ExpressionScope.Roots)}");
        }

        var segments = new List<PathSegment> { PathSegment.Of(word) };
        Segments(segments);
        return new PathExpression(_text[start.._position], segments);
    }

    private CallExpression Call(string name, int start)
    {
        if (!Functions.All.TryGetValue(name, out var function))
        {
            _position = start;
            throw Problem($"one of the functions {string.Join(", ", Functions.All.Keys)}");
        }

        var arguments = new List<Expression>();
        while (arguments.Count < function.Arity)
        {
            if (arguments.Count > 0)
            {
                Expect(",");
            }

            arguments.Add(Or());
        }

        Expect(")");
        return new CallExpression(name, arguments);
    }

    private Expression Members(Expression operand)
    {
        var segments = new List<PathSegment>();
        Segments(segments);
        return segments.Count == 0 ? operand : new MemberExpression(operand, segments);
    }

    private void Segments(List<PathSegment> segments)
    {
        while (_position < _text.Length && _text[_position] is '.' or '[')
        {
            if (_text[_position++] is '.')
            {
                segments.Add(PathSegment.Of(Word()));
                continue;
            }

            segments.Add(Peek() is '\'' or '"' ? PathSegment.Of(Quoted()) : PathSegment.Of(Index()));
            Expect("]");
        }
    }
}
