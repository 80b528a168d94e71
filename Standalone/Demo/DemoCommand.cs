using Spectre.Console;

namespace Skipper.Standalone.Demo;

/// <summary>
/// The main job end to end, over HTTP as a user would: ingest, check, train with progress, predict, predict a bundle.
/// </summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        DemoOptions options;
        try
        {
            options = DemoOptions.Parse(args);
        }
        catch (ArgumentException exception)
        {
            Console.Error.WriteLine($"{exception.Message}\n\n{Usage.Text}");
            return 2;
        }

        if (Console.IsOutputRedirected)
        {
            // Lines in a file or a pipe are not folded at the width of a terminal that is not there.
            AnsiConsole.Profile.Width = 400;
        }

        var hostArguments = options.HostArguments.ToArray();
        await using var app = StandaloneMesh.Build(hostArguments, builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            if (!options.Verbose)
            {
                builder.Logging.ClearProviders();
            }
        });
        using var directory = DataDirectory.TryLock(app.Configuration);
        if (directory is null)
        {
            Console.Error.WriteLine(
                $"Another Skipper runs in {DataDirectory.Path(app.Configuration)}. Stop it, or name another directory with --Skipper:DataDirectory DIR.");
            return 1;
        }

        await app.StartAsync();
        try
        {
            using var client = new SkipperClient(new Uri(app.Urls.First()));
            await new DemoRun(client, options, directory.FullPath).RunAsync();
            return 0;
        }
        catch (Exception exception) when (exception is DemoFailedException or HttpRequestException)
        {
            Screen.Print($"[red]The demo failed:[/] {exception.Message}");
            return 1;
        }
        finally
        {
            await app.StopAsync();
        }
    }
}
