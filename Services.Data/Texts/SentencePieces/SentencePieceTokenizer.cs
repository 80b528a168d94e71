using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>
/// Turns text into ids of pieces and back, with the same ids as Google's SentencePiece for the same model file. Safe to use from
/// several threads.
/// </summary>
/// <param name="model">A model made by byte-pair encoding.</param>
internal sealed class SentencePieceTokenizer(PieceModel model)
{
    private readonly PieceNormalizer _normalizer = new(model);
    private readonly BytePairEncoder _encoder = new(model);

    public int VocabularySize => model.Pieces.Count;

    /// <summary>Fills rows up to the same length: the model's own id for that, else 0.</summary>
    public int PadId => model.PadId ?? 0;

    /// <exception cref="MeshException">Not such a file; says what was found.</exception>
    public static SentencePieceTokenizer Read(ReadOnlySpan<byte> file) => new(PieceModelFile.Read(file));

    public int[] Encode(string text)
    {
        var ids = new List<int>();
        Encode(text, (id, _) => ids.Add(id));
        return [.. ids];
    }

    /// <summary>The pieces as text, one for each id of <see cref="Encode(string)"/>.</summary>
    public string[] EncodeToPieces(string text)
    {
        var pieces = new List<string>();
        Encode(text, (_, piece) => pieces.Add(piece.ToString()));
        return [.. pieces];
    }

    /// <summary>The text of ids; what the model does not know was lost by encoding, unless it spells it byte by byte.</summary>
    public string Decode(IReadOnlyList<int> ids)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var atStart = true;
        var droppedSpace = false;
        foreach (var id in ids)
        {
            if (id < 0 || id >= model.Pieces.Count)
            {
                throw MeshException.InvalidArgument($"Ids of this model are 0 to {model.Pieces.Count - 1}, found {id}.");
            }

            var piece = model.Pieces[id];
            if (piece.Kind == PieceKind.Byte)
            {
                bytes.Add(Convert.ToByte(piece.Text[3..5], 16));
                continue;
            }

            Flush();
            atStart &= !droppedSpace && text.Length == 0;
            text.Append(Surface(piece, atStart, out droppedSpace));
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(bytes);
            while (!rest.IsEmpty)
            {
                // Each byte that is in no character is replaced on its own.
                var isValid = Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done;
                text.Append(rune.ToString());
                rest = rest[(isValid ? length : 1)..];
            }

            bytes.Clear();
        }
    }

    private delegate void Take(int id, ReadOnlySpan<char> piece);

    private void Encode(string text, Take take)
    {
        var normalized = _normalizer.Normalize(text);
        var tokens = _encoder.Encode(normalized);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (id, start, length) = tokens[i];
            if (id != model.UnknownId)
            {
                take(id, normalized.AsSpan(start, length));
                continue;
            }

            if (model.ByteIds is not null)
            {
                foreach (var value in Encoding.UTF8.GetBytes(normalized, start, length))
                {
                    take(model.ByteIds[value], model.Pieces[model.ByteIds[value]].Text);
                }

                continue;
            }

            // A run of unknown pieces is one.
            while (i + 1 < tokens.Count && tokens[i + 1].Id == model.UnknownId)
            {
                length += tokens[++i].Length;
            }

            take(id, normalized.AsSpan(start, length));
        }
    }

    private string Surface(Piece piece, bool atStart, out bool droppedSpace)
    {
        droppedSpace = false;
        if (piece.Kind is PieceKind.Control or PieceKind.Unknown)
        {
            return piece.Kind == PieceKind.Control ? "" : model.UnknownSurface;
        }

        var text = piece.Text;
        if (atStart && (model.Rules.AddPrefix || model.Rules.RemoveSpaces) && text.StartsWith(PieceModel.Space))
        {
            text = text[1..];
            droppedSpace = !model.Rules.RemoveSpaces; // Where spaces are removed, so are those of the pieces that follow.
        }

        return text.Replace(PieceModel.Space, ' ');
    }
}
