using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Skipper.Gateway.Workflows.Expressions;

internal ref partial struct ExpressionParser
{
    private string Word()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '-'))
        {
            _position++;
        }

        return _position > start ? _text[start.._position] : throw Problem("a name");
    }

    private int Index()
    {
        SkipSpace();
        var start = _position;
        return int.TryParse(Word(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Problem("an index from 0", start);
    }

    private LiteralExpression Number()
    {
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '.' or '-' or '+'))
        {
            _position++;
        }

        try
        {
            return new LiteralExpression(JsonElement.Parse(_text[start.._position]));
        }
        catch (JsonException)
        {
            throw Problem("a number", start);
        }
    }

    /// <summary>Text in single or double quotes; a doubled quote stands for itself.</summary>
    private string Quoted()
    {
        var (start, quote, text) = (_position, _text[_position++], new StringBuilder());
        for (; _position < _text.Length; _position++)
        {
            if (_text[_position] != quote)
            {
                text.Append(_text[_position]);
            }
            else if (_position + 1 < _text.Length && _text[_position + 1] == quote)
            {
                text.Append(_text[_position++]);
            }
            else
            {
                _position++;
                return text.ToString();
            }
        }

        throw Problem($"a closing {quote}", start);
    }

    private bool TryWord(string word)
    {
        SkipSpace();
        var end = _position + word.Length;
        if (string.CompareOrdinal(_text, _position, word, 0, word.Length) != 0
            || (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_' or '-')))
        {
            return false;
        }

        _position = end;
        return true;
    }

    private bool Try(string symbol)
    {
        SkipSpace();
        if (string.CompareOrdinal(_text, _position, symbol, 0, symbol.Length) != 0)
        {
            return false;
        }

        _position += symbol.Length;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Try(symbol))
        {
            throw Problem($"'{symbol}'");
        }
    }

    private char Peek()
    {
        SkipSpace();
        return _position < _text.Length ? _text[_position] : '\0';
    }

    private bool AtEnd() => Peek() is '\0' && _position >= _text.Length;

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private readonly ExpressionException Problem(string expected, int? at = null)
    {
        var position = at ?? _position;
        var found = position < _text.Length ? $"'{_text[position..Math.Min(position + 20, _text.Length)]}'" : "the end";
        return new ExpressionException($"Expected {expected} at character {position + 1} of the text, found {found}.");
    }
}
