using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Sources.Declarations;

internal sealed partial class DeclarationReader
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private SourceRequest Request(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("request", out var node))
        {
            return new SourceRequest();
        }

        string[] known = ["url", "headers", "lookup", "next", "rows", "files", "user", "password", "stable_for"];
        var request = _source.Members(node, "request", known);
        return new SourceRequest
        {
            Url = _source.Text(request, "url"),
            Headers = Map(request, "headers"),
            Lookup = Lookup(request),
            Next = Path(request, "next"),
            Rows = _source.Text(request, "rows"),
            Files = _source.Text(request, "files") ?? "*",
            User = _source.Text(request, "user"),
            Password = _source.Text(request, "password"),
            StableFor = _source.Duration(request, "stable_for", TimeSpan.Zero, Day) ?? TimeSpan.FromMinutes(1),
        };
    }

    private SourceLookup? Lookup(Dictionary<string, SourceNode> request)
    {
        if (!request.TryGetValue("lookup", out var node))
        {
            return null;
        }

        var members = _source.Members(node, "lookup", ["url", "take"]);
        Require(node, members, "lookup", "url");
        Require(node, members, "lookup", "take");
        return new SourceLookup(
            _source.Text(members, "url") ?? "",
            Map(members, "take").ToDictionary(pair => pair.Key, pair => FieldPath.Parse(pair.Value)));
    }

    private List<SourceItem> Items(Dictionary<string, SourceNode> members)
    {
        var items = new List<SourceItem>();
        if (members.TryGetValue("for_each", out var node))
        {
            foreach (var item in node is SourceList list ? list.Items : [])
            {
                Add(items, item);
            }

            if (items.Count is 0 or > MaxItems)
            {
                _source.Expected(node, $"for_each must be a list of 1 to {MaxItems} mappings");
            }
        }

        return items.Count > 0 ? items : [new SourceItem("", new Dictionary<string, string>())];
    }

    private void Add(List<SourceItem> items, SourceNode node)
    {
        var values = Values(_source.Members(node, "An item", known: null), "An item");
        var name = string.Join(',', values.Values);
        if (items.Count > 0 && !items[0].Values.Keys.Order().SequenceEqual(values.Keys.Order()))
        {
            _source.Add(node, $"Items must have the same names; the first has {string.Join(", ", items[0].Values.Keys)}.");
        }
        else if (items.Any(item => item.Name == name))
        {
            _source.Add(node, $"The item {name} is there twice.");
        }
        else
        {
            items.Add(new SourceItem(name, values));
        }
    }

    private SourceLimits Limits(Dictionary<string, SourceNode> members)
    {
        var defaults = new SourceLimits();
        if (!members.TryGetValue("limits", out var node))
        {
            return defaults;
        }

        var limits = _source.Members(node, "limits", ["per_second", "per_day", "attempts", "timeout", "longest_wait", "max_megabytes"]);
        return new SourceLimits
        {
            PerSecond = Rate(limits) ?? defaults.PerSecond,
            PerDay = _source.Whole(limits, "per_day", 1, 1_000_000_000),
            Attempts = _source.Whole(limits, "attempts", 1, 20) ?? defaults.Attempts,
            Timeout = _source.Duration(limits, "timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(30)) ?? defaults.Timeout,
            LongestWait = _source.Duration(limits, "longest_wait", TimeSpan.Zero, Day) ?? defaults.LongestWait,
            MaxMegabytes = _source.Whole(limits, "max_megabytes", 1, 2048) ?? defaults.MaxMegabytes,
        };
    }

    private double? Rate(Dictionary<string, SourceNode> limits)
    {
        if (!limits.TryGetValue("per_second", out var node))
        {
            return null;
        }

        if (node is SourceScalar { Value.ValueKind: JsonValueKind.Number } number
            && number.Value.TryGetDouble(out var rate) && rate is >= 0.001 and <= 1000)
        {
            return rate;
        }

        _source.Expected(node, "per_second must be a number from 0.001 to 1000");
        return null;
    }

    private RecordLayout Records(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("records", out var node))
        {
            return new RecordLayout { Path = FieldPath.Whole };
        }

        var records = _source.Members(node, "records", ["path", "layout", "missing", "encoding"]);
        return new RecordLayout
        {
            Path = _source.Text(records, "path") is { } path ? FieldPath.Parse(path) : FieldPath.Whole,
            InColumns = declaration.OneOf(records, "layout", "rows", ["rows", "columns"]) == "columns",
            Missing = Texts(records, "missing"),
            Encoding = _source.Text(records, "encoding"),
        };
    }

    private SourceCursor? Cursor(Dictionary<string, SourceNode> members)
    {
        if (!members.TryGetValue("cursor", out var node))
        {
            return null;
        }

        var cursor = _source.Members(node, "cursor", ["column", "lag", "start", "patience"]);
        Require(node, cursor, "cursor", "column");
        var start = DateTimeOffset.UnixEpoch;
        if (_source.Text(cursor, "start") is { } text
            && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out start))
        {
            _source.Expected(cursor["start"], "start must be a time such as 2024-01-01T00:00:00Z");
        }

        return new SourceCursor(
            _source.Text(cursor, "column") ?? "",
            _source.Duration(cursor, "lag", TimeSpan.Zero, 3650 * Day) ?? TimeSpan.Zero,
            start.ToUniversalTime(),
            _source.Duration(cursor, "patience", TimeSpan.Zero, 3650 * Day) ?? (3 * Day));
    }

    /// <summary>One text, or a list of texts.</summary>
    private IReadOnlyList<string> Texts(Dictionary<string, SourceNode> members, string name) => declaration.Texts(members, name) ?? [];

    private Dictionary<string, string> Map(Dictionary<string, SourceNode> members, string name) =>
        members.TryGetValue(name, out var node) ? Values(_source.Members(node, name, known: null), name) : [];

    private Dictionary<string, string> Values(Dictionary<string, SourceNode> members, string what)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, node) in members)
        {
            if (Scalar(node) is { } text)
            {
                values.Add(name, text);
            }
            else
            {
                _source.Expected(node, $"{what} must have texts or numbers as values");
            }
        }

        return values;
    }

    private static string? Scalar(SourceNode node) => node is SourceScalar
    {
        Value: { ValueKind: JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value,
    }
        ? value.ToString()
        : null;
}
