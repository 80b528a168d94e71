using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Skipper.Cli.Output;

/// <summary>Prints answers: for people as tables, for programs as JSON.</summary>
internal sealed class Screen
{
    // A table that is piped on must not be broken at the width of a window that is not there.
    private const int PipeWidth = 1000;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter _out;
    private readonly StringBuilder _piped = new();

    public Screen(Shell shell)
    {
        _out = shell.Out;
        IsTerminal = shell.IsTerminal;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(IsTerminal ? shell.Out : new StringWriter(_piped)),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal && shell.Variable("NO_COLOR") is null ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
        {
            Console.Profile.Width = PipeWidth;
        }
    }

    public IAnsiConsole Console { get; }

    public bool IsTerminal { get; }

    public void Line(string text) => _out.WriteLine(Plain.Lines(text));

    public void Json(JsonElement answer) => _out.WriteLine(JsonSerializer.Serialize(answer, Indented));

    /// <summary>One line for each row; where there are none, what to do about it.</summary>
    public void Table(IEnumerable<JsonElement> rows, string empty, params Column[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            var heading = new TableColumn(new Text(column.Header, new Style(decoration: Decoration.Bold))).NoWrap().Padding(0, 0, 2, 0);
            table.AddColumn(column.IsNumber ? heading.RightAligned() : heading);
        }

        foreach (var row in rows)
        {
            table.AddRow(columns.Select(column => Cell(column.Header, Plain.Line(column.Read(row) ?? ""))));
        }

        if (table.Rows.Count == 0)
        {
            Line(empty);
        }
        else
        {
            Write(table);
        }
    }

    /// <summary>Names and values under each other; those without a value are left out.</summary>
    public void Facts(params (string Name, string? Value)[] facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var (name, value) in facts.Where(fact => !string.IsNullOrEmpty(fact.Value)))
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), Cell(name, Plain.Lines(value!)));
        }

        Write(grid);
    }

    /// <summary>What is piped has no blanks at the ends of its lines: nobody sees them, and programs stumble over them.</summary>
    private void Write(IRenderable renderable)
    {
        Console.Write(renderable);
        foreach (var line in _piped.ToString().Split('\n').SkipLast(1))
        {
            _out.WriteLine(line.TrimEnd());
        }

        _piped.Clear();
    }

    private static Text Cell(string header, string text) =>
        new(text, header.Equals("state", StringComparison.OrdinalIgnoreCase) ? StyleOf(text) : Style.Plain);

    private static Style StyleOf(string state) => state switch
    {
        "succeeded" or "reused" or "READY" => new Style(Color.Green),
        "failed" or "timed_out" or "upstream_failed" or "UNAVAILABLE" => new Style(Color.Red),
        "running" or "dispatched" or "cancelling" => new Style(Color.Blue),
        "cancelled" or "skipped" => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
