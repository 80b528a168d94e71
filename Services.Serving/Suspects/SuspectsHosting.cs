using System.Reflection;

namespace Skipper.Services.Serving.Suspects;

/// <summary>Adds the scoring of calls that may have taken a worker down.</summary>
public static class SuspectsHosting
{
    private static bool IsSecondProcess => Environment.GetEnvironmentVariable(SuspectProcess.Variable) == "1";

    /// <summary>
    /// Lets this program be started a second time to score suspects; <see cref="ScoreSuspectsAsync"/> must then be the first thing that
    /// it does with its application.
    /// </summary>
    public static void AddSuspectProcess(this IHostApplicationBuilder builder)
    {
        if (IsSecondProcess)
        {
            // Its output is for answers.
            builder.Logging.ClearProviders();
            return;
        }

        var program = Environment.ProcessPath!;
        string[] arguments = [.. Environment.GetCommandLineArgs().Skip(1)];
        builder.Services.AddSingleton(Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new SuspectCommand(program, ["exec", Assembly.GetEntryAssembly()!.Location, .. arguments])
            : new SuspectCommand(program, arguments));
    }

    /// <summary>Scores suspects until nobody sends more; false where this is no second process, and the application is to run.</summary>
    public static async Task<bool> ScoreSuspectsAsync(this WebApplication app)
    {
        if (IsSecondProcess)
        {
            await app.Services.GetRequiredService<SuspectProgram>().RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput());
        }

        return IsSecondProcess;
    }

    internal static void AddSuspects(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SuspectScorer>();
        builder.Services.AddSingleton<SuspectProgram>();
    }
}
