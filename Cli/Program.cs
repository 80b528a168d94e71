using Skipper.Cli;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl+C ends in good order, the second at once.
    press.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
};
return await SkipperCommand.RunAsync(args, Shell.OfProcess(), interrupted.Token);
