using System.Reflection;
using System.Text.Json;
using Skipper.Cli.Arguments;
using Skipper.Cli.Completions;
using Skipper.Cli.Connections;
using Skipper.Cli.Datasets;
using Skipper.Cli.Models;
using Skipper.Cli.Operations;
using Skipper.Cli.Output;
using Skipper.Cli.Predictions;
using Skipper.Cli.Runs;
using Skipper.Cli.Workflows;

namespace Skipper.Cli;

/// <summary>The whole command line: all verbs, and how each ends.</summary>
internal static class SkipperCommand
{
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        .. SubmitVerbs.All, .. WatchVerbs.All, .. RunVerbs.All, .. WorkflowVerbs.All, .. ModelVerbs.All, .. PredictVerbs.All,
        .. DatasetVerbs.All, .. QueueVerbs.All, .. DeadLetterVerbs.All, .. KeyVerbs.All, .. CompletionVerbs.All,
    ];

    /// <summary>Runs one command and returns its <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] arguments, Shell shell, CancellationToken cancellationToken)
    {
        try
        {
            switch (arguments)
            {
                case [] or ["help" or "--help" or "-h"]:
                    await shell.Out.WriteAsync(Help.Of(Verbs));
                    return ExitCode.Done;
                case ["--version" or "version"]:
                    await shell.Out.WriteLineAsync(Assembly.GetExecutingAssembly().GetName().Version!.ToString(3));
                    return ExitCode.Done;
                case ["help", .. var words]:
                    arguments = [.. words, "--help"];
                    break;
            }

            var line = CommandLineReader.Read(arguments, Verbs);
            if (line.Has("help"))
            {
                await shell.Out.WriteAsync(Help.Of(line.Verb));
                return ExitCode.Done;
            }

            using var session = new Session(line, shell, cancellationToken);
            return await line.Verb.Run(session);
        }
        catch (UsageException exception)
        {
            var help = exception.Verb is { } verb ? $"skipper {verb.Name} --help" : "skipper help";
            return Fail(exception.Message, "usage", ExitCode.Usage, $"See '{help}'.");
        }
        catch (ApiException exception)
        {
            return Fail(exception.Message, exception.Code ?? "unreachable", exception.ExitCode);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail("Interrupted. What was accepted goes on.", "interrupted", ExitCode.Interrupted);
        }
        catch (IOException exception)
        {
            // A full disk, a reader of the pipe that went away, a connection that broke in the middle of an answer.
            return Fail(exception.Message, "io", ExitCode.Failed);
        }

        int Fail(string message, string code, int exitCode, string? hint = null)
        {
            shell.Error.WriteLine(arguments.Contains("--json")
                ? JsonSerializer.Serialize(new { error = message, code, exit_code = exitCode })
                : hint is null ? $"error: {Plain.Lines(message)}" : $"error: {Plain.Lines(message)}\n{hint}");
            return exitCode;
        }
    }
}
