namespace Skipper.Services.Data.Texts.SentencePieces;

/// <summary>What a piece is for; the numbers are those of model files.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>One entry of a vocabulary; its id is its place.</summary>
/// <param name="Text">The text, with spaces as <see cref="PieceModel.Space"/>.</param>
/// <param name="Score">The higher, the earlier it is merged.</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>How text is prepared before it is cut into pieces.</summary>
/// <param name="Map">Replacements of characters; null = none.</param>
/// <param name="AddPrefix">Whether a space is put before the text, so that a word is the same wherever it stands.</param>
/// <param name="RemoveSpaces">Whether spaces around the text, and all but one between words, are dropped.</param>
/// <param name="EscapeSpaces">Whether a space becomes <see cref="PieceModel.Space"/>.</param>
internal sealed record PieceRules(CharacterMap? Map, bool AddPrefix, bool RemoveSpaces, bool EscapeSpaces);

/// <summary>The content of a SentencePiece model file, as far as byte-pair encoding needs it.</summary>
internal sealed record PieceModel
{
    /// <summary>U+2581, which stands for a space in pieces.</summary>
    public const char Space = '\u2581';

    /// <summary>The vocabulary in order of ids.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }

    public required PieceRules Rules { get; init; }

    /// <summary>Id of what is in no piece.</summary>
    public required int UnknownId { get; init; }

    /// <summary>Ids of the 256 byte pieces, which spell what is in no other piece; null where the model has none.</summary>
    public required IReadOnlyList<int>? ByteIds { get; init; }

    /// <summary>Id that fills rows up to the same length; null where the model names none.</summary>
    public required int? PadId { get; init; }

    /// <summary>What an unknown piece is decoded to.</summary>
    public required string UnknownSurface { get; init; }

    /// <summary>Whether the space of <see cref="PieceRules.AddPrefix"/> is put behind the text instead.</summary>
    public required bool SpaceIsSuffix { get; init; }
}
