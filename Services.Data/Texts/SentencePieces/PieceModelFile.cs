using System.Globalization;
using System.Text;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>Reads model files of SentencePiece (src/sentencepiece_model.proto) whose pieces were made by byte-pair encoding.</summary>
internal static class PieceModelFile
{
    private const int BytePairEncoding = 2;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private static readonly string[] ModelTypes = ["unigram", "bpe", "word", "char"];

    /// <exception cref="MeshException">Not such a file; says what was found.</exception>
    public static PieceModel Read(ReadOnlySpan<byte> file)
    {
        var pieces = new List<Piece>();
        var trainer = new TrainerFields();
        var rules = new PieceRules(null, AddPrefix: true, RemoveSpaces: true, EscapeSpaces: true);
        for (var reader = new ProtobufReader(file); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: pieces.Add(ReadPiece(reader.Bytes(), pieces.Count)); break;
                case 2: trainer = ReadTrainer(reader.Bytes()); break;
                case 3: rules = ReadRules(reader.Bytes()); break;
                case 5 when ReadRules(reader.Bytes()).Map is not null:
                    throw Refused("rules for denormalization, which are not supported");
            }
        }

        if (trainer.ModelType != BytePairEncoding)
        {
            var found = ModelTypes.ElementAtOrDefault(trainer.ModelType - 1) ?? $"type {trainer.ModelType}";
            throw Refused($"a {found} model: train with --model_type=bpe");
        }

        Check(pieces, trainer.ByteFallback);
        var unknown = pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown);
        return new PieceModel
        {
            Pieces = pieces,
            Rules = rules,
            UnknownId = unknown >= 0 ? unknown : throw Refused("no piece for what is unknown"),
            ByteIds = trainer.ByteFallback ? FindBytes(pieces) : null,
            PadId = trainer.PadId >= 0 && trainer.PadId < pieces.Count ? trainer.PadId : null,
            UnknownSurface = trainer.UnknownSurface,
            SpaceIsSuffix = trainer.SpaceIsSuffix,
        };
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> message, int id)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: text = Text(reader.Bytes()); break;
                case 2: score = reader.Single(); break;
                case 3: kind = (PieceKind)reader.Integer(); break;
            }
        }

        return text.Length > 0 && float.IsFinite(score) && Enum.IsDefined(kind)
            ? new Piece(text, score, kind)
            : throw Refused($"piece {id} of kind {(int)kind} with the score {score.ToString(CultureInfo.InvariantCulture)} and "
                + $"{text.Length} characters");
    }

    private static TrainerFields ReadTrainer(ReadOnlySpan<byte> message)
    {
        var fields = new TrainerFields();
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            fields = reader.Field switch
            {
                3 => fields with { ModelType = (int)reader.Integer() },
                24 => fields with { SpaceIsSuffix = reader.Integer() != 0 },
                35 => fields with { ByteFallback = reader.Integer() != 0 },
                43 => fields with { PadId = (int)reader.Integer() },
                44 => fields with { UnknownSurface = Text(reader.Bytes()) },
                _ => fields,
            };
        }

        return fields;
    }

    private static PieceRules ReadRules(ReadOnlySpan<byte> message)
    {
        var rules = new PieceRules(null, AddPrefix: true, RemoveSpaces: true, EscapeSpaces: true);
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            rules = reader.Field switch
            {
                2 => rules with { Map = CharacterMap.Read(reader.Bytes()) },
                3 => rules with { AddPrefix = reader.Integer() != 0 },
                4 => rules with { RemoveSpaces = reader.Integer() != 0 },
                5 => rules with { EscapeSpaces = reader.Integer() != 0 },
                _ => rules,
            };
        }

        return rules;
    }

    private static void Check(List<Piece> pieces, bool byteFallback)
    {
        var seen = new HashSet<(string, bool)>();
        var unknown = 0;
        foreach (var (text, _, kind) in pieces)
        {
            var isReserved = kind is PieceKind.Control or PieceKind.Unknown or PieceKind.Byte;
            if (!seen.Add((text, isReserved)))
            {
                throw Refused($"the piece {text} twice");
            }

            if ((kind == PieceKind.Unknown && ++unknown > 1) || (kind == PieceKind.Byte && !byteFallback))
            {
                throw Refused($"{text} as one more unknown piece, or as a byte in a model without byte fallback");
            }
        }
    }

    private static int[] FindBytes(List<Piece> pieces)
    {
        var ids = pieces.Select((piece, id) => (piece, id)).Where(entry => entry.piece.Kind == PieceKind.Byte)
            .ToDictionary(entry => entry.piece.Text, entry => entry.id, StringComparer.Ordinal);
        return [.. Enumerable.Range(0, 256).Select(value => ids.TryGetValue($"<0x{value:X2}>", out var id)
            ? id
            : throw Refused($"byte fallback without a piece <0x{value:X2}>"))];
    }

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Refused("text that is not UTF-8");
        }
    }

    private static MeshException Refused(string found) =>
        MeshException.InvalidArgument($"Expected a SentencePiece model made by byte-pair encoding, found {found}.");

    /// <summary>The defaults are those of the format.</summary>
    private readonly record struct TrainerFields()
    {
        public int ModelType { get; init; } = 1;

        public bool ByteFallback { get; init; }

        public bool SpaceIsSuffix { get; init; }

        public int PadId { get; init; } = -1;

        public string UnknownSurface { get; init; } = " \u2047 ";
    }
}
