using System.Text.Json;
using Skipper.Gateway.Workflows.Expressions;
using Skipper.Shared.Declarations;

namespace Skipper.Gateway.Workflows;

internal sealed partial class WorkflowReader
{
    private List<string> Needs(string step, Dictionary<string, SourceNode> members)
    {
        var needs = new List<string>();
        if (!members.TryGetValue("needs", out var node))
        {
            return needs;
        }

        if (node is not SourceList list || list.Items.Count > MaxSteps)
        {
            _source.Expected(node, "needs must be a list of steps");
            return needs;
        }

        foreach (var item in list.Items)
        {
            if (item is not SourceScalar { Value.ValueKind: JsonValueKind.String } scalar)
            {
                _source.Expected(item, "needs must be a list of steps");
            }
            else if (needs.Contains(scalar.Value.GetString()!))
            {
                _source.Add(item, $"'{scalar.Value.GetString()}' is there twice.");
            }
            else
            {
                needs.Add(scalar.Value.GetString()!);
                _checks.AddNeed(item, step, scalar.Value.GetString()!);
            }
        }

        return needs;
    }

    private NeedsRule Rule(Dictionary<string, SourceNode> members)
    {
        if (_source.Text(members, "needs_rule") is not { } rule)
        {
            return NeedsRule.AllSuccess;
        }

        if (!Rules.TryGetValue(rule, out var found))
        {
            _source.Add(
                members["needs_rule"],
                $"needs_rule must be one of {string.Join(", ", Rules.Keys)}, was '{rule}'.{Nearest.Suggest(rule, Rules.Keys)}");
        }

        return found;
    }

    /// <summary>A condition may be written with or without <c>${{ }}</c>.</summary>
    private Template? When(Dictionary<string, SourceNode> members, ReferencePlace place) => members.GetValueOrDefault("when") switch
    {
        null => null,
        SourceScalar { Value.ValueKind: JsonValueKind.True or JsonValueKind.False } constant => Template(constant, place),
        SourceScalar { Value.ValueKind: JsonValueKind.String } scalar => Condition(scalar, scalar.Value.GetString()!.Trim(), place),
        var other => NotATemplate(other, "when must be an expression"),
    };

    private Template? Condition(SourceScalar node, string text, ReferencePlace place)
    {
        var template = Embedded(
            node,
            () => text.StartsWith(Expressions.Template.Open, StringComparison.Ordinal)
                ? Expressions.Template.Parse(text)
                : new ExpressionTemplate($"{Expressions.Template.Open} {text} }}}}", ExpressionParser.Whole(text)),
            place);
        return template is TextTemplate ? NotATemplate(node, "when must be one expression") : template;
    }

    private Template? Foreach(Dictionary<string, SourceNode> members, ReferencePlace place)
    {
        if (!members.TryGetValue("foreach", out var node))
        {
            return null;
        }

        return (node, Template(node, place)) switch
        {
            (SourceList { Items.Count: > MaxItems } list, _) =>
                NotATemplate(node, $"foreach takes at most {MaxItems} items, this list has {list.Items.Count}: that is too many"),
            (_, ListTemplate template) => template,
            (_, ExpressionTemplate template) => template,
            _ => NotATemplate(node, "foreach must be a list, or one ${{ }} that gives a list"),
        };
    }

    private (int? MaxAttempts, TimeSpan? Delay) Retry(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("retry", out var node))
        {
            return (null, null);
        }

        var retry = _source.Members(node, "retry", ["max_attempts", "delay"]);
        return (
            _source.Whole(retry, "max_attempts", 1, 100),
            _source.Duration(retry, "delay", TimeSpan.Zero, TimeSpan.FromDays(1)));
    }

    private (Template? Key, int? Limit) Concurrency(Dictionary<string, SourceNode> members, ReferencePlace place)
    {
        if (!members.TryGetValue("concurrency", out var node))
        {
            return (null, null);
        }

        var concurrency = _source.Members(node, "concurrency", ["key", "limit"]);
        if (node is SourceMap && (!concurrency.ContainsKey("key") || !concurrency.ContainsKey("limit")))
        {
            _source.Add(node, "concurrency needs a 'key' and a 'limit'.");
        }

        var key = _source.Text(concurrency, "key") is { } text
            ? Embedded(concurrency["key"], () => Expressions.Template.Parse(text), place)
            : null;
        return (key, _source.Whole(concurrency, "limit", 1, 1_000_000));
    }

    private Template? NotATemplate(SourceNode node, string expected)
    {
        _source.Expected(node, expected);
        return null;
    }
}
