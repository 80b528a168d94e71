namespace Skipper.Services.Training.Trainings;

/// <summary>
/// Runs what computes for long on a thread that ends with it: the shared ones are not kept from their work, and what a native library
/// keeps for a thread ends with that too.
/// </summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => Task.Factory.StartNew(
        work, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
