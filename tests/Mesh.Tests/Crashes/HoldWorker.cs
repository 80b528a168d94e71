using Skipper.Testing;

namespace Skipper.Mesh.Tests.Crashes;

/// <summary>A worker process (<c>tests/HoldWorker</c>) whose steps end when the test says so.</summary>
internal sealed class HoldWorker(ServiceProcess service, string release)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ChildProcess Process => service.Process;

    /// <summary>How many steps it has begun.</summary>
    public int Begun => Process.Lines.Count(line => line.StartsWith("begun ", StringComparison.Ordinal));

    /// <summary>Its steps end now, and those to come at once.</summary>
    public void Release() => File.WriteAllText(release, "");

    public Task WaitUntilBegunAsync(Guid run, int attempt = 1) => Process.WaitForLineAsync($"begun {run}:task:{attempt}", Token);

    public Task WaitUntilBegunAsync(int steps) =>
        Process.WaitUntilAsync(() => Task.FromResult(Begun >= steps), $"{steps} steps are begun", Token);
}
