using System.Text;
using Skipper.Cli.Connections;

namespace Skipper.Cli.Predictions;

/// <summary>
/// Reads CSV as RFC 4180 has it: quotes around what has separators or line breaks, doubled inside. One row in memory at a time.
/// </summary>
internal sealed class CsvReader(TextReader text, char separator)
{
    private int _line = 1;

    /// <summary>The line on which the last row began, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The cells of the next row that is not empty; null at the end.</summary>
    /// <exception cref="ApiException">A quote is not closed.</exception>
    public List<string>? Read()
    {
        while (text.Peek() is var next and >= 0)
        {
            if (next is '\r' or '\n')
            {
                _line += text.Read() == '\n' ? 1 : 0;
                continue;
            }

            Line = _line;
            return ReadRow();
        }

        return null;
    }

    private List<string> ReadRow()
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        while (true)
        {
            switch (text.Read())
            {
                case '"' when cell.Length == 0:
                    ReadQuoted(cell);
                    break;
                case var read when read == separator:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' when text.Peek() == '\n':
                    break;
                case -1:
                    cells.Add(cell.ToString());
                    return cells;
                case '\n' or '\r':
                    _line++;
                    cells.Add(cell.ToString());
                    return cells;
                case var read:
                    cell.Append((char)read);
                    break;
            }
        }
    }

    private void ReadQuoted(StringBuilder cell)
    {
        while (true)
        {
            switch (text.Read())
            {
                case '"' when text.Peek() == '"':
                    text.Read();
                    cell.Append('"');
                    break;
                case '"':
                    return;
                case -1:
                    throw new ApiException($"line {Line}: a quote is not closed.", ExitCode.Failed);
                case var read:
                    _line += read == '\n' ? 1 : 0;
                    cell.Append((char)read);
                    break;
            }
        }
    }
}
