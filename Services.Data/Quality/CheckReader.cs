using Skipper.Services.Data.Quality.Checks;
using Skipper.Services.Data.Standards;
using Skipper.Shared.Declarations;

namespace Skipper.Services.Data.Quality;

/// <summary>Takes what one check says out of its mapping.</summary>
internal sealed class CheckReader(Declaration declaration, SourceNode node, Dictionary<string, SourceNode> members, double mostly)
{
    private readonly List<string> _named = [];

    public Declaration Declaration => declaration;

    public SourceNode Node => node;

    public Dictionary<string, SourceNode> Members => members;

    /// <summary>The columns that the check is about, for its name where it has none.</summary>
    public IReadOnlyList<string> Named => _named;

    /// <summary>The column of another dataset that values are looked up in.</summary>
    public (string Dataset, string Column)? Reference { get; set; }

    /// <summary>What a drift check compares with.</summary>
    public DriftCheck? Drift { get; set; }

    /// <summary>The share that must be as expected, 0 to 1.</summary>
    public double Mostly => mostly;

    private SourceReader Source => declaration.Source;

    public string Column(string member)
    {
        var column = declaration.Required(node, members, member, "The check") ?? "";
        _named.Add(column);
        return column;
    }

    public IReadOnlyList<string> ColumnList(string member)
    {
        if (declaration.Texts(members, member) is { Count: > 0 } columns)
        {
            _named.AddRange(columns);
            return columns;
        }

        Source.Add(node, $"The check has no '{member}'.");
        return [];
    }

    public IReadOnlyList<string> Texts(string member) => declaration.Texts(members, member) ?? [];

    public string? Text(string member) => Source.Text(members, member);

    public string Required(string member) => declaration.Required(node, members, member, "The check") ?? "";

    public string? OneOf(string member, IReadOnlyCollection<string> known) =>
        members.ContainsKey(member) ? declaration.OneOf(members, member, known.First(), known) : null;

    public bool Flag(string member, bool fallback) => Source.Flag(members, member) ?? fallback;

    public double? Number(string member) => declaration.Number(members, member);

    /// <summary>A number above 0.</summary>
    public double? Positive(string member, double most)
    {
        var number = Number(member);
        if (number <= 0 || number > most)
        {
            var limit = most < double.MaxValue ? $" and at most {most}" : "";
            Source.Expected(members[member], $"{member} must be above 0{limit}");
        }

        return number;
    }

    public double RequiredNumber(string member)
    {
        Require(member);
        return declaration.Number(members, member) ?? 0;
    }

    public int? Whole(string member, int least = 0, int most = int.MaxValue) => Source.Whole(members, member, least, most);

    public TimeSpan RequiredDuration(string member)
    {
        Require(member);
        return Source.Duration(members, member, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(36_500)) ?? TimeSpan.FromDays(1);
    }

    public void Add(string message) => Source.Add(node, message);

    public void Add(string member, string message) => Source.Add(members.GetValueOrDefault(member) ?? node, message);

    private void Require(string member)
    {
        if (!members.ContainsKey(member))
        {
            Source.Add(node, $"The check has no '{member}'.");
        }
    }
}
