namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>A part of a normalized text and the id of the piece that it is.</summary>
internal readonly record struct PieceToken(int Id, int Start, int Length);

/// <summary>
/// Cuts text into pieces (src/bpe_model.cc): begins with single characters and merges, again and again, the two neighbours that
/// make the piece with the highest score, the leftmost first.
/// </summary>
internal sealed class BytePairEncoder
{
    private readonly PieceModel _model;
    private readonly PrefixMatcher<char> _userDefined;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _mergeable;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _reserved;

    public BytePairEncoder(PieceModel model)
    {
        _model = model;
        _userDefined = new(model.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined).Select(piece => piece.Text.ToCharArray()));
        _mergeable = Index(piece => piece.Kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused);
        _reserved = Index(piece => piece.Kind is PieceKind.Control or PieceKind.Unknown or PieceKind.Byte);
    }

    /// <summary>The pieces of a normalized text, in order.</summary>
    public List<PieceToken> Encode(string text)
    {
        var tokens = new List<PieceToken>(text.Length / 3);
        if (text.Length == 0)
        {
            return tokens;
        }

        var symbols = Split(text);
        var undo = Merge(text, symbols);
        for (var i = 0; i >= 0; i = symbols[i].Next)
        {
            Add(tokens, text, symbols[i].Start, symbols[i].Length, undo);
        }

        return tokens;
    }

    private Symbol[] Split(string text)
    {
        var symbols = new List<Symbol>(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var length = _userDefined.Match(text.AsSpan(start));
            var isWhole = length > 0;
            if (!isWhole)
            {
                length = char.IsSurrogatePair(text, start) ? 2 : 1;
            }

            symbols.Add(new Symbol(start, length, symbols.Count - 1, symbols.Count + 1, isWhole));
            start += length;
        }

        var result = symbols.ToArray();
        result[^1].Next = -1;
        return result;
    }

    /// <summary>
    /// Returns, by text, the length of the left part of pieces that are merged but not used, so that they can be taken apart again.
    /// </summary>
    private Dictionary<string, int>? Merge(string text, Symbol[] symbols)
    {
        Dictionary<string, int>? undo = null;
        var candidates = new PriorityQueue<Candidate, Candidate>(symbols.Length, Candidate.BestFirst);
        for (var i = 1; i < symbols.Length; i++)
        {
            Consider(i - 1, i);
        }

        while (candidates.TryDequeue(out var best, out _))
        {
            ref var left = ref symbols[best.Left];
            ref var right = ref symbols[best.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != best.Length)
            {
                continue; // One of the two has been merged with another since.
            }

            left.Length = best.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = best.Left;
            }

            Consider(left.Previous, best.Left);
            Consider(best.Left, left.Next);
        }

        return undo;

        void Consider(int leftIndex, int rightIndex)
        {
            if (leftIndex < 0 || rightIndex < 0 || symbols[leftIndex].IsWhole || symbols[rightIndex].IsWhole)
            {
                return;
            }

            var (start, length) = (symbols[leftIndex].Start, symbols[leftIndex].Length + symbols[rightIndex].Length);
            if (_mergeable.TryGetValue(text.AsSpan(start, length), out var id))
            {
                var candidate = new Candidate(leftIndex, rightIndex, length, _model.Pieces[id].Score);
                candidates.Enqueue(candidate, candidate);
                if (_model.Pieces[id].Kind == PieceKind.Unused)
                {
                    (undo ??= [])[text.Substring(start, length)] = symbols[leftIndex].Length;
                }
            }
        }
    }

    private void Add(List<PieceToken> tokens, string text, int start, int length, Dictionary<string, int>? undo)
    {
        var id = Find(text.AsSpan(start, length));
        if (_model.Pieces[id].Kind == PieceKind.Unused && undo is not null
            && undo.TryGetValue(text.Substring(start, length), out var left))
        {
            Add(tokens, text, start, left, undo);
            Add(tokens, text, start + left, length - left, undo);
            return;
        }

        tokens.Add(new PieceToken(id, start, length));
    }

    private int Find(ReadOnlySpan<char> text) =>
        _reserved.TryGetValue(text, out var id) || _mergeable.TryGetValue(text, out id) ? id : _model.UnknownId;

    private Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Index(Func<Piece, bool> isIn) =>
        _model.Pieces.Select((piece, id) => (piece, id)).Where(entry => isIn(entry.piece))
            .ToDictionary(entry => entry.piece.Text, entry => entry.id, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private record struct Symbol(int Start, int Length, int Previous, int Next, bool IsWhole);

    private readonly record struct Candidate(int Left, int Right, int Length, float Score)
    {
        public static readonly Comparer<Candidate> BestFirst = Comparer<Candidate>.Create((first, second) =>
            second.Score.CompareTo(first.Score) is not 0 and var byScore ? byScore : first.Left.CompareTo(second.Left));
    }
}
