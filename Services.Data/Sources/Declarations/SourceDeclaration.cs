using System.Text.RegularExpressions;
using Skipper.Services.Data.Tables;

namespace Skipper.Services.Data.Sources.Declarations;

/// <summary>Where rows come from, how their fields become columns, and what is known from one ingestion to the next.</summary>
internal sealed record SourceDeclaration
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>One of <see cref="SourceKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The typed table; sources with the same columns may share one.</summary>
    public required string Table { get; init; }

    public required SourceRequest Request { get; init; }

    /// <summary>What is asked for one after the other, each with a state of its own; one empty item where nothing is listed.</summary>
    public required IReadOnlyList<SourceItem> Items { get; init; }

    public required SourceLimits Limits { get; init; }

    public required RecordLayout Records { get; init; }

    public required IReadOnlyList<ColumnMapping> Columns { get; init; }

    public required IReadOnlyList<string> Key { get; init; }

    public SourceCursor? Cursor { get; init; }

    /// <summary>The columns, in their order.</summary>
    public TableSchema Schema => new([.. Columns.Select(column => new ColumnSchema(column.Name, column.Kind))]);
}

/// <summary>Kinds of sources.</summary>
internal static class SourceKinds
{
    public const string Json = "json";
    public const string Html = "html";
    public const string Ftp = "ftp";
    public const string File = "file";

    public static readonly string[] All = [Json, Html, Ftp, File];
}

/// <summary>Values that fill the braces of a request.</summary>
/// <param name="Name">Stable name of the item: its values, in order.</param>
/// <param name="Values">By name.</param>
internal sealed record SourceItem(string Name, IReadOnlyDictionary<string, string> Values);

internal sealed record SourceRequest
{
    /// <summary>An address with <c>{names}</c>; null for uploads.</summary>
    public string? Url { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Asked first, where the address depends on what the provider says.</summary>
    public SourceLookup? Lookup { get; init; }

    /// <summary>Path of the address of the next page, on the same host.</summary>
    public FieldPath? Next { get; init; }

    /// <summary>Selector of the rows of an HTML table; the first row with header cells names the fields.</summary>
    public string? Rows { get; init; }

    /// <summary>Which files of an FTP folder, with * and ?.</summary>
    public string Files { get; init; } = "*";

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>How long size and time of a file must not have changed before it is taken.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>A request whose answer names what the main request needs.</summary>
internal sealed record SourceLookup(string Url, IReadOnlyDictionary<string, FieldPath> Take);

internal sealed record SourceLimits
{
    public double PerSecond { get; init; } = 5;

    /// <summary>Requests in a day (UTC), counted over all processes; null = no limit.</summary>
    public int? PerDay { get; init; }

    public int Attempts { get; init; } = 5;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A provider that asks for more patience than this ends the ingestion; the next one keeps away until then.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    public int MaxMegabytes { get; init; } = 64;
}

/// <summary>Where the records of an answer are.</summary>
internal sealed record RecordLayout
{
    public required FieldPath Path { get; init; }

    /// <summary>Whether each member is a list with one value per record, as opposed to a list of records.</summary>
    public bool InColumns { get; init; }

    /// <summary>Texts that mean that there is no value, besides the empty one.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Of files; null = UTF-8, or UTF-16 with a byte order mark.</summary>
    public string? Encoding { get; init; }
}

internal sealed record ColumnMapping
{
    public required string Name { get; init; }

    public required ColumnKind Kind { get; init; }

    /// <summary>The first that is there counts; names that a provider changed stand one after the other.</summary>
    public IReadOnlyList<FieldPath> From { get; init; } = [];

    /// <summary>A text with <c>{names}</c> of the item, instead of a field.</summary>
    public string? Value { get; init; }

    public bool Required { get; init; }

    /// <summary>The unit of the column; values are converted to it.</summary>
    public string? Unit { get; init; }

    /// <summary>The unit in which the provider gives its values, unless a field says it.</summary>
    public string? GivenUnit { get; init; }

    /// <summary>The field with the unit.</summary>
    public FieldPath? UnitFrom { get; init; }

    /// <summary>
    /// What a text must look like; the groups <c>value</c>, <c>to</c> (of a range, whose middle counts) and <c>unit</c>
    /// are taken.
    /// </summary>
    public Regex? Match { get; init; }

    /// <summary>What the provider's words mean.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

    /// <summary>The field with the seconds that local times are ahead of UTC.</summary>
    public FieldPath? OffsetFrom { get; init; }

    /// <summary>Zone of times without an offset; null = UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The exact format of times, as .NET writes it; null = ISO 8601 or Unix seconds.</summary>
    public string? Format { get; init; }
}

/// <summary>What the next ingestion begins with.</summary>
/// <param name="Column">A timestamp column of the rows.</param>
/// <param name="Lag">How far before the newest row it begins again, for rows that come late.</param>
/// <param name="Start">Where the first one begins.</param>
/// <param name="Patience">How long before the newest row a row that could not be read is waited for.</param>
internal sealed record SourceCursor(string Column, TimeSpan Lag, DateTimeOffset Start, TimeSpan Patience);
