namespace Skipper.Shared.Messaging.Transports;

/// <summary>How to go on after a look at a message.</summary>
public enum BrowseStep
{
    /// <summary>Leave it and look at the next one.</summary>
    Next,

    /// <summary>Leave it and look no further.</summary>
    Stop,

    /// <summary>Remove it for good and look no further.</summary>
    Remove,
}
