using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Serving.Suspects;

/// <summary>Rows for the other process, one JSON object on one line of its input.</summary>
internal sealed record SuspectRequest
{
    public required ModelVersion Model { get; init; }

    public required int Rows { get; init; }

    /// <summary>Numbers of 8 bytes, row by row.</summary>
    public required byte[] Features { get; init; }
}

/// <summary>Its answer, on one line of its output: predictions, or an error.</summary>
internal sealed record SuspectReply
{
    /// <summary>Numbers of 8 bytes, row by row.</summary>
    public byte[]? Predictions { get; init; }

    public ErrorCode Code { get; init; }

    public string? Error { get; init; }
}
