namespace Skipper.Shared.Messaging.Handlers;

/// <summary>JSON as UTF-8 bytes, neither read nor written by the library.</summary>
/// <param name="Utf8">The bytes; not changed after they were handed over.</param>
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);
