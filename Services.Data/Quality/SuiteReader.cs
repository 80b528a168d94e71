using System.Text.RegularExpressions;
using Skipper.Services.Data.Standards;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Quality;

/// <summary>Reads a suite; see docs/data-quality.md for what it may say.</summary>
internal sealed partial class SuiteReader
{
    private const int MaxChecks = 500;
    private const double DefaultMostly = 0.9;

    private static readonly string[] Common = ["name", "type", "description", "severity", "mostly", "unless", "when", "about"];

    private readonly Declaration _declaration;
    private readonly HashSet<string> _excuses = new(StringComparer.Ordinal);
    private double _mostly = DefaultMostly;

    private SuiteReader(Declaration declaration) => _declaration = declaration;

    private SourceReader Source => _declaration.Source;

    /// <exception cref="Shared.Messaging.Errors.MeshException">Says everything that is wrong, with its line.</exception>
    public static ExpectationSuite Read(ReadOnlySpan<byte> text) =>
        Declaration.Read("suite", text, (declaration, root) => new SuiteReader(declaration).Read(root));

    private ExpectationSuite Read(SourceNode root)
    {
        var members = Source.Members(root, "The suite", ["name", "description", "mostly", "alarm_percent", "checks"]);
        Source.Text(members, "description");
        _mostly = Share(members, "mostly", 1) ?? DefaultMostly;
        return new ExpectationSuite
        {
            Name = _declaration.RequiredName(root, members, "name", "The suite"),
            Mostly = _mostly,
            AlarmPercent = Share(members, "alarm_percent", 100) ?? 10,
            Expectations = [.. _declaration.Items(root, members, "checks", "The suite", MaxChecks).Select(Check).OfType<Expectation>()],
        };
    }

    private Expectation? Check(SourceNode node)
    {
        if (node is not SourceMap map)
        {
            Source.Expected(node, "A check must be a mapping");
            return null;
        }

        var type = map.Members.FirstOrDefault(member => member.Name == "type")?.Value;
        if (type is not SourceScalar { Value.ValueKind: System.Text.Json.JsonValueKind.String } scalar)
        {
            Source.Expected(type ?? node, $"The type of a check must be one of {string.Join(", ", Types.Keys)}");
            return null;
        }

        var name = scalar.Value.GetString()!;
        if (!Types.TryGetValue(name, out var known))
        {
            Source.Add(type, $"There is no check '{name}'; there are {string.Join(", ", Types.Keys)}.{Nearest.Suggest(name, Types.Keys)}");
            return null;
        }

        var members = Source.Members(node, $"A check of type {name}", [.. Common, .. known.Members]);
        var check = new CheckReader(_declaration, node, members, Share(members, "mostly", 1) ?? _mostly);
        return Finish(check, name, known.Read(check));
    }

    private Expectation Finish(CheckReader check, string type, Func<RunContext, object> bind)
    {
        var members = check.Members;
        Source.Text(members, "description");
        var name = Source.Text(members, "name") ?? string.Join('_', new[] { type }.Concat(check.Named));
        if (!NamePattern().IsMatch(name))
        {
            Source.Expected(members.GetValueOrDefault("name") ?? check.Node, $"the name of a check must match {NamePattern()}");
        }

        var unless = check.Texts("unless");
        IReadOnlyList<string> excuses = [.. unless, .. check.Texts("reference_unless")];
        Excuse(check, excuses);
        return new Expectation
        {
            Name = name,
            Type = type,
            Warns = _declaration.OneOf(members, "severity", "error", ["error", "warn"]) == "warn",
            Mostly = check.Mostly,
            Columns = _declaration.Texts(members, "about"),
            Unless = unless,
            Excuses = excuses,
            When = When(members),
            Reference = check.Reference,
            Drift = check.Drift,
            Bind = bind,
        };
    }

    /// <summary>Names of rules that excuse a row; a suite can have only so many.</summary>
    private void Excuse(CheckReader check, IReadOnlyList<string> names)
    {
        _excuses.UnionWith(names);
        if (_excuses.Count > BrokenRules.MostNames)
        {
            Source.Add(check.Node, $"A suite can name at most {BrokenRules.MostNames} rules as excuses.");
        }
    }

    private (string Column, IReadOnlyList<string> Values)? When(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("when", out var node))
        {
            return null;
        }

        var when = Source.Members(node, "when", ["column", "in"]);
        var column = _declaration.Required(node, when, "column", "when");
        if (_declaration.Texts(when, "in") is { Count: > 0 } values)
        {
            return (column ?? "", values);
        }

        Source.Add(node, "when needs 'in', a list of values.");
        return null;
    }

    private double? Share(Dictionary<string, SourceNode> members, string member, double most)
    {
        var share = _declaration.Number(members, member);
        if (share < 0 || share > most)
        {
            Source.Expected(members[member], $"{member} must be from 0 to {most}");
        }

        return share;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex NamePattern();
}
