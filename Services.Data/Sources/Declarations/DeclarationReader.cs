using System.Text;
using System.Text.RegularExpressions;
using Skipper.Services.Data.Standards;
using Skipper.Shared.Declarations;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Sources.Declarations;

/// <summary>Reads declarations and reports everything that is wrong at once, each with its line. One object reads one.</summary>
internal sealed partial class DeclarationReader(Declaration declaration)
{
    private const int MaxItems = 10_000;
    private const int MaxColumns = 200;

    private readonly SourceReader _source = declaration.Source;

    /// <exception cref="MeshException">What is wrong, with lines; the details hold all of it.</exception>
    public static SourceDeclaration Read(string yaml) => Declaration.Read(
        "declaration", Encoding.UTF8.GetBytes(yaml), (declaration, root) => new DeclarationReader(declaration).Read(root));

    private SourceDeclaration Read(SourceNode root)
    {
        string[] known = ["name", "description", "kind", "table", "request", "for_each", "limits", "records", "columns", "key", "cursor"];
        var members = _source.Members(root, "The declaration", known);
        foreach (var required in (string[])["name", "kind", "table", "columns", "key"])
        {
            Require(root, members, "The declaration", required);
        }

        var source = new SourceDeclaration
        {
            Name = Named(members, "name", SourceName()),
            Description = _source.Text(members, "description"),
            Kind = declaration.OneOf(members, "kind", SourceKinds.Json, SourceKinds.All),
            Table = Named(members, "table", TableName()),
            Request = Request(members),
            Items = Items(members),
            Limits = Limits(members),
            Records = Records(members),
            Columns = Columns(members),
            Key = Texts(members, "key"),
            Cursor = Cursor(members),
        };
        Check(root, members, source);
        return source;
    }

    private void Check(SourceNode root, Dictionary<string, SourceNode> members, SourceDeclaration source)
    {
        var columns = source.Columns.ToDictionary(column => column.Name);
        foreach (var key in source.Key)
        {
            if (!columns.TryGetValue(key, out var column))
            {
                _source.Add(members["key"], $"key names '{key}', which is not a column.{Nearest.Suggest(key, columns.Keys)}");
            }
            else if (!column.Required && column.Value is null)
            {
                _source.Add(members["key"], $"Column '{key}' is part of the key: give it required: true, or a value.");
            }
        }

        if (source.Key.Count == 0 && members.TryGetValue("key", out var empty))
        {
            _source.Expected(empty, "key must name at least one column");
        }

        if (source.Cursor is { } cursor
            && (!columns.TryGetValue(cursor.Column, out var of) || of.Kind is not Tables.ColumnKind.Timestamp))
        {
            _source.Add(members["cursor"], $"cursor must name a column of type timestamp, found '{cursor.Column}'.");
        }

        CheckRequest(root, members, source);
    }

    private void CheckRequest(SourceNode root, Dictionary<string, SourceNode> members, SourceDeclaration source)
    {
        var node = members.GetValueOrDefault("request") ?? root;
        var request = source.Request;
        if (source.Kind is not SourceKinds.File && request.Url is null)
        {
            _source.Add(node, $"A source of kind {source.Kind} needs request.url.");
        }

        string[] schemes = source.Kind is SourceKinds.Ftp ? ["ftp"] : ["http", "https"];
        foreach (var url in new[] { request.Url, request.Lookup?.Url }.OfType<string>())
        {
            if (!schemes.Any(scheme => url.StartsWith($"{scheme}://", StringComparison.OrdinalIgnoreCase)))
            {
                _source.Add(node, $"An address must begin with {string.Join("://, ", schemes)}://, was '{url}'.");
            }
            else if (url.IndexOf('{', StringComparison.Ordinal) is var brace and >= 0
                && url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3) is var path && (path < 0 || brace < path))
            {
                _source.Add(node, $"The host of an address must be written out, was '{url}'.");
            }
        }

        if (source.Kind is SourceKinds.Html && request.Rows is null)
        {
            _source.Add(node, "A source of kind html needs request.rows, a CSS selector such as 'table#stations tr'.");
        }

        CheckNames(node, source);
    }

    /// <summary>Every name in braces must be given by somebody.</summary>
    private void CheckNames(SourceNode node, SourceDeclaration source)
    {
        var request = source.Request;
        var given = source.Items[0].Values.Keys.Concat(RequestValues.Times).ToList();
        Check(request.Lookup?.Url);
        given.AddRange(request.Lookup?.Take.Keys ?? []);
        Check(request.Url);
        foreach (var header in request.Headers.Values)
        {
            Check(header);
        }

        foreach (var column in source.Columns)
        {
            Check(column.Value);
        }

        void Check(string? text)
        {
            foreach (var name in Placeholders.Names(text ?? ""))
            {
                if (!given.Contains(name) && !name.StartsWith("secret.", StringComparison.Ordinal))
                {
                    _source.Add(node, $"Nothing gives a value for {{{name}}}; there are {string.Join(", ", given)} and secret.NAME.");
                }
            }
        }
    }

    private void Require(SourceNode node, Dictionary<string, SourceNode> members, string what, string name)
    {
        if (node is SourceMap && !members.ContainsKey(name))
        {
            _source.Add(node, $"{what} has no '{name}'.");
        }
    }

    private string Named(Dictionary<string, SourceNode> members, string name, Regex pattern)
    {
        var text = _source.Text(members, name);
        if (text is not null && !pattern.IsMatch(text))
        {
            _source.Expected(members[name], $"{name} must match {pattern}");
        }

        return text ?? "";
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,62}\z")]
    internal static partial Regex SourceName();

    // Tables of dataset versions are named v and 32 digits.
    [GeneratedRegex(@"\A(?!v[0-9a-f]{32}\z)[a-z][a-z0-9_]{0,39}\z")]
    private static partial Regex TableName();
}
