namespace Skipper.Shared.Messaging.Transports;

/// <summary>Values of the header <c>x-skipper-status</c>.</summary>
internal static class Statuses
{
    /// <summary>The final reply: an answer.</summary>
    public const string Ok = "ok";

    /// <summary>The final reply: an error.</summary>
    public const string Error = "error";

    /// <summary>Before the final reply: how far the work is.</summary>
    public const string Progress = "progress";

    /// <summary>Before the final reply: a partial result.</summary>
    public const string Part = "part";

    /// <summary>From the caller back to the worker that sends parts: how many of them it has taken.</summary>
    public const string Taken = "taken";
}
