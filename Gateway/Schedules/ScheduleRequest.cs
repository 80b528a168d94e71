using System.Text.Json;
using System.Text.RegularExpressions;
using Skipper.Gateway.Jobs;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Gateway.Schedules;

/// <summary>The body that makes or changes a schedule.</summary>
internal sealed partial record ScheduleRequest
{
    public string? Workflow { get; init; }

    public int? Version { get; init; }

    public string? Cron { get; init; }

    public string? TimeZone { get; init; }

    public string? Misfire { get; init; }

    public string? Overlap { get; init; }

    public JsonElement? Input { get; init; }

    public bool Enabled { get; init; } = true;

    /// <exception cref="MeshException">A member is wrong (<c>invalid_argument</c>).</exception>
    public Schedule Check(string name, DateTimeOffset now)
    {
        if (!Name().IsMatch(name))
        {
            throw MeshException.InvalidArgument(
                $"A schedule is named by at most 64 lower case letters, digits, -, _ and ., was '{name}'.");
        }

        var schedule = new Schedule
        {
            Name = name,
            Workflow = BodyReader.Text("workflow", Workflow),
            Version = Version,
            Cron = BodyReader.Text("cron", Cron),
            TimeZone = TimeZone ?? TimeZones.Utc,
            Misfire = BodyReader.OneOf("misfire", MisfirePolicy.All, Misfire, MisfirePolicy.RunOnce),
            Overlap = BodyReader.OneOf("overlap", OverlapPolicy.All, Overlap, OverlapPolicy.Skip),
            Input = BodyReader.Object("input", Input),
            Enabled = Enabled,
        };
        return schedule.Times.After(now) is null
            ? throw MeshException.InvalidArgument($"cron '{Cron}' has no time after now, so it would never fire.")
            : schedule;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_.-]{0,63}\z")]
    private static partial Regex Name();
}

/// <summary>The body that pauses.</summary>
internal sealed record PauseRequest
{
    public string? Reason { get; init; }
}
