using Skipper.Gateway.Runs;

namespace Skipper.Gateway.Notifications;

/// <summary>A run has ended.</summary>
/// <param name="Id">Which one.</param>
/// <param name="State">How.</param>
/// <param name="Callback">What <see cref="CallbackReader"/> made of the callback in its launch; absent = there is none.</param>
internal readonly record struct RunEnd(Guid Id, string State, string? Callback)
{
    /// <summary>The types of events that can be asked for.</summary>
    public static readonly IReadOnlyList<string> EventTypes =
        [.. new[] { RunState.Succeeded, RunState.Failed, RunState.TimedOut, RunState.Cancelled }.Select(state => $"run.{state}")];

    /// <summary>The type of this event.</summary>
    public string Type => $"run.{State}";

    /// <summary>Whether somebody should look after it.</summary>
    public bool IsFailure => State is RunState.Failed or RunState.TimedOut;
}
