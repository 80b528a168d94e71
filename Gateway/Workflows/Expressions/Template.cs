using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

/// <summary>
/// JSON with <c>${{ }}</c> in its texts. A text that is one expression becomes its value; inside of other text the value is
/// inserted, texts as they are, all else as JSON. <c>$${{</c> stands for <c>${{</c>.
/// </summary>
internal abstract record Template
{
    internal const string Open = "${{";

    /// <summary>For people to read in databases and answers: only what JSON itself demands is escaped.</summary>
    internal static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All paths in it.</summary>
    public abstract IEnumerable<PathExpression> Paths { get; }

    /// <summary>Writes its value.</summary>
    /// <exception cref="ExpressionException">A path has no value.</exception>
    public abstract void Write(Utf8JsonWriter writer, ExpressionScope scope);

    /// <summary>Writes it as it was written, for the canonical form.</summary>
    public abstract void WriteSource(Utf8JsonWriter writer);

    /// <exception cref="ExpressionException">An expression cannot be read.</exception>
    public static Template Parse(string text)
    {
        var (parts, literal, position) = (new List<TemplatePart>(), new StringBuilder(), 0);
        while (text.IndexOf(Open, position, StringComparison.Ordinal) is var start and >= 0)
        {
            if (start > position && text[start - 1] == '$')
            {
                literal.Append(text, position, start - 1 - position).Append(Open);
                position = start + Open.Length;
                continue;
            }

            literal.Append(text, position, start - position);
            (var expression, position) = ExpressionParser.Embedded(text, start + Open.Length);
            parts.Add(new TemplatePart(literal.ToString(), expression));
            literal.Clear();
        }

        literal.Append(text, position, text.Length - position);
        return (parts, literal.Length) switch
        {
            ([], _) => new ConstantTemplate(Values.Of(text), Values.Of(literal.ToString())),
            ([("", var only)], 0) => new ExpressionTemplate(text, only),
            _ => new TextTemplate(text, parts, literal.ToString()),
        };
    }

    /// <summary>Its value as JSON text.</summary>
    public string Render(ExpressionScope scope) => Json(writer => Write(writer, scope));

    public virtual JsonElement Evaluate(ExpressionScope scope) => JsonElement.Parse(Render(scope));

    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>An expression and the text before it.</summary>
internal sealed record TemplatePart(string Before, Expression Expression);

internal sealed record ConstantTemplate(JsonElement Source, JsonElement Value) : Template
{
    public override IEnumerable<PathExpression> Paths => [];

    public override void Write(Utf8JsonWriter writer, ExpressionScope scope) => Value.WriteTo(writer);

    public override void WriteSource(Utf8JsonWriter writer) => Source.WriteTo(writer);
}

internal sealed record ExpressionTemplate(string Source, Expression Expression) : Template
{
    public override IEnumerable<PathExpression> Paths => Expression.Paths;

    public override JsonElement Evaluate(ExpressionScope scope) => Expression.Evaluate(scope);

    public override void Write(Utf8JsonWriter writer, ExpressionScope scope) => Expression.Evaluate(scope).WriteTo(writer);

    public override void WriteSource(Utf8JsonWriter writer) => writer.WriteStringValue(Source);
}

internal sealed record TextTemplate(string Source, IReadOnlyList<TemplatePart> Parts, string After) : Template
{
    public override IEnumerable<PathExpression> Paths => Parts.SelectMany(part => part.Expression.Paths);

    public override void Write(Utf8JsonWriter writer, ExpressionScope scope)
    {
        var text = new StringBuilder();
        foreach (var (before, expression) in Parts)
        {
            var value = expression.Evaluate(scope);
            text.Append(before).Append(value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText());
        }

        writer.WriteStringValue(text.Append(After).ToString());
    }

    public override void WriteSource(Utf8JsonWriter writer) => writer.WriteStringValue(Source);
}

internal sealed record ListTemplate(IReadOnlyList<Template> Items) : Template
{
    public override IEnumerable<PathExpression> Paths => Items.SelectMany(item => item.Paths);

    public override void Write(Utf8JsonWriter writer, ExpressionScope scope) => WriteItems(writer, item => item.Write(writer, scope));

    public override void WriteSource(Utf8JsonWriter writer) => WriteItems(writer, item => item.WriteSource(writer));

    private void WriteItems(Utf8JsonWriter writer, Action<Template> write)
    {
        writer.WriteStartArray();
        foreach (var item in Items)
        {
            write(item);
        }

        writer.WriteEndArray();
    }
}

internal sealed record ObjectTemplate(IReadOnlyList<(string Name, Template Value)> Members) : Template
{
    public override IEnumerable<PathExpression> Paths => Members.SelectMany(member => member.Value.Paths);

    public override void Write(Utf8JsonWriter writer, ExpressionScope scope) =>
        WriteMembers(writer, value => value.Write(writer, scope));

    public override void WriteSource(Utf8JsonWriter writer) => WriteMembers(writer, value => value.WriteSource(writer));

    private void WriteMembers(Utf8JsonWriter writer, Action<Template> write)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Members)
        {
            writer.WritePropertyName(name);
            write(value);
        }

        writer.WriteEndObject();
    }
}
