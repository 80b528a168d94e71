using System.Buffers;
using System.Text;

namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>
/// Prepares text as SentencePiece does before it is cut into pieces (src/normalizer.cc): characters replaced, spaces tidied.
/// </summary>
internal sealed class PieceNormalizer
{
    private const byte Space = (byte)' ';

    private readonly PieceRules _rules;
    private readonly bool _spaceIsSuffix;
    private readonly PrefixMatcher<byte> _userDefined;
    private readonly byte[] _space;

    public PieceNormalizer(PieceModel model)
    {
        _rules = model.Rules;
        _spaceIsSuffix = model.SpaceIsSuffix;
        _userDefined = new(model.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined)
            .Select(piece => Encoding.UTF8.GetBytes(piece.Text)));
        _space = _rules.EscapeSpaces ? Encoding.UTF8.GetBytes(PieceModel.Space.ToString()) : [Space];
    }

    /// <summary>The text to cut into pieces; halves of surrogate pairs become U+FFFD.</summary>
    public string Normalize(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        if (_rules.RemoveSpaces)
        {
            while (!rest.IsEmpty && Next(rest, out var start) is var length && start is [Space])
            {
                rest = rest[length..];
            }
        }

        if (rest.IsEmpty)
        {
            return "";
        }

        var output = new ArrayBufferWriter<byte>(rest.Length + 8);
        if (_rules.AddPrefix && !_spaceIsSuffix)
        {
            output.Write(_space);
        }

        var afterSpace = _rules.RemoveSpaces;
        while (!rest.IsEmpty)
        {
            var length = Next(rest, out var replacement);
            rest = rest[length..];
            if (afterSpace)
            {
                replacement = replacement.TrimStart(Space);
            }

            if (!replacement.IsEmpty)
            {
                Append(output, replacement);
                afterSpace = _rules.RemoveSpaces && replacement[^1] == Space;
            }
        }

        var written = output.WrittenSpan;
        while (_rules.RemoveSpaces && written.EndsWith(_space))
        {
            written = written[..^_space.Length];
        }

        var normalized = Encoding.UTF8.GetString(written);
        return _rules.AddPrefix && _spaceIsSuffix ? normalized + Encoding.UTF8.GetString(_space) : normalized;
    }

    /// <summary>What the beginning of a text becomes; returns how many bytes of the text that takes.</summary>
    private int Next(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var length = _userDefined.Match(text);
        if (length == 0 && _rules.Map?.Match(text, out replacement) is { } mapped and > 0)
        {
            return mapped;
        }

        if (length == 0)
        {
            Rune.DecodeFromUtf8(text, out _, out length);
        }

        replacement = text[..length];
        return length;
    }

    private void Append(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (text.IndexOf(Space) is var end and >= 0)
        {
            output.Write(text[..end]);
            output.Write(_space);
            text = text[(end + 1)..];
        }

        output.Write(text);
    }
}
