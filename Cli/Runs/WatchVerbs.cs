using Skipper.Cli.Arguments;

namespace Skipper.Cli.Runs;

internal static class WatchVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("watch", "Follows a run until it ends; exit code 0 only if it succeeded.", WatchAsync)
        {
            Parameters = [new("ID", "the run")],
            Examples =
            [
                "skipper watch 01980f5e-3c7a-7b1e-9f0a-5d2c8e4b6a10",
                "skipper watch \"$id\" --json | jq .run.state",
                "skipper watch \"$id\" && skipper promote housing 3",
            ],
        },
    ];

    private static Task<int> WatchAsync(Session session) => RunWatch.FollowAsync(session, RunId.Of(session.Line, "ID"));
}
