namespace Skipper.Shared.Messaging.Streaming;

/// <summary>How far a worker may run ahead of the caller that takes its parts.</summary>
internal static class StreamLimits
{
    public const int Parts = 64;

    public const int Bytes = 4 * 1024 * 1024;

    /// <summary>The caller tells what it has taken when that is a part of the limit, so that the worker need not stop.</summary>
    public const int PartsPerAnswer = Parts / 2;

    public const int BytesPerAnswer = Bytes / 4;
}
