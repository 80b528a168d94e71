using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>A parsed expression; evaluating it reads values and does nothing else.</summary>
internal abstract record Expression
{
    /// <exception cref="ExpressionException">A path has no value, or an operator cannot take what it found.</exception>
    public abstract JsonElement Evaluate(ExpressionScope scope);

    /// <summary>All paths in it, for checks before anything runs.</summary>
    public abstract IEnumerable<PathExpression> Paths { get; }
}

/// <summary>An expression that cannot be read, or has no value; the message is for the author of the workflow.</summary>
internal sealed class ExpressionException(string message) : Exception(message);

internal sealed record LiteralExpression(JsonElement Value) : Expression
{
    public override IEnumerable<PathExpression> Paths => [];

    public override JsonElement Evaluate(ExpressionScope scope) => Value;
}

/// <summary>Names and indexes from a root: <c>inputs.region</c>, <c>steps.train.output.models[0]</c>.</summary>
/// <param name="Text">As written.</param>
/// <param name="Segments">Names as text, indexes as numbers; the first is the root.</param>
internal sealed record PathExpression(string Text, IReadOnlyList<PathSegment> Segments) : Expression
{
    public override IEnumerable<PathExpression> Paths => [this];

    public override JsonElement Evaluate(ExpressionScope scope) =>
        TryEvaluate(scope, out var value, out var problem) ? value : throw new ExpressionException(problem);

    public bool TryEvaluate(ExpressionScope scope, out JsonElement value, out string problem)
    {
        if (!scope.TryRoot(this, out value, out var used, out problem))
        {
            return false;
        }

        if (PathSegment.TryFollow(value, Segments.Skip(used), out value, out var missing))
        {
            return true;
        }

        problem = $"{Text} has no value: {missing}";
        return false;
    }
}

internal sealed record NotExpression(Expression Operand) : Expression
{
    public override IEnumerable<PathExpression> Paths => Operand.Paths;

    public override JsonElement Evaluate(ExpressionScope scope) => Values.Of(!Values.Truth(Operand.Evaluate(scope), "not"));
}

/// <summary><c>and</c>, <c>or</c> and comparisons.</summary>
internal sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression
{
    public override IEnumerable<PathExpression> Paths => Left.Paths.Concat(Right.Paths);

    public override JsonElement Evaluate(ExpressionScope scope) => Values.Of(Operator switch
    {
        "and" => Values.Truth(Left.Evaluate(scope), "and") && Values.Truth(Right.Evaluate(scope), "and"),
        "or" => Values.Truth(Left.Evaluate(scope), "or") || Values.Truth(Right.Evaluate(scope), "or"),
        "==" => JsonElement.DeepEquals(Left.Evaluate(scope), Right.Evaluate(scope)),
        "!=" => !JsonElement.DeepEquals(Left.Evaluate(scope), Right.Evaluate(scope)),
        "<" => Values.Compare(Left.Evaluate(scope), Right.Evaluate(scope), Operator) < 0,
        "<=" => Values.Compare(Left.Evaluate(scope), Right.Evaluate(scope), Operator) <= 0,
        ">" => Values.Compare(Left.Evaluate(scope), Right.Evaluate(scope), Operator) > 0,
        _ => Values.Compare(Left.Evaluate(scope), Right.Evaluate(scope), Operator) >= 0,
    });
}

/// <summary>Names and indexes after a value: <c>max_by(steps.train.outputs, 'r2').model</c>.</summary>
internal sealed record MemberExpression(Expression Operand, IReadOnlyList<PathSegment> Segments) : Expression
{
    public override IEnumerable<PathExpression> Paths => Operand.Paths;

    public override JsonElement Evaluate(ExpressionScope scope) =>
        PathSegment.TryFollow(Operand.Evaluate(scope), Segments, out var value, out var missing)
            ? value
            : throw new ExpressionException($"There is no value: {missing}");
}

/// <summary>A call of one of the built-in functions.</summary>
internal sealed record CallExpression(string Function, IReadOnlyList<Expression> Arguments) : Expression
{
    public override IEnumerable<PathExpression> Paths => Arguments.SelectMany(argument => argument.Paths);

    public override JsonElement Evaluate(ExpressionScope scope) => Functions.All[Function].Call(Arguments, scope);
}
